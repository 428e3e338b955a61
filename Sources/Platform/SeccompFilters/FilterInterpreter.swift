/// What a filter answers to one call, as the kernel would see it.
package enum FilterVerdict: Sendable, Hashable {
    case allow
    case notify
    case error(Int32)
    case killProcess
    /// An answer that no filter of ours gives: kill-thread, trap, trace, log, unknown.
    case other(UInt32)
    /// The program would be refused by the kernel: it runs off its end, or holds an instruction that
    /// seccomp(2) does not take.
    case invalid
}

extension SeccompFilter {
    /// Runs the program on one call without a kernel, so that a profile can be tested call by call.
    ///
    /// Missing arguments are 0. The instruction pointer is 0, since no rule can look at it.
    package func evaluate(
        call: UInt32, arguments: [UInt64] = [], architecture: UInt32 = SeccompFilter.architecture
    ) -> FilterVerdict {
        guard !program.isEmpty, program.count % BPFInstruction.size == 0 else { return .invalid }
        var machine = BPFMachine(
            words: Self.words(call: call, arguments: arguments, architecture: architecture))
        guard let answer = machine.run(program) else { return .invalid }
        return Self.verdict(answer)
    }

    private static func verdict(_ answer: UInt32) -> FilterVerdict {
        switch answer & KernelAction.actionMask {
        case KernelAction.allow: .allow
        case KernelAction.notify: .notify
        case KernelAction.killProcess: .killProcess
        case KernelAction.error: .error(Int32(answer & KernelAction.dataMask))
        default: .other(answer)
        }
    }

    /// `struct seccomp_data` as 32-bit words: nr, arch, instruction pointer, six arguments; the low
    /// half of each 64-bit value comes first.
    private static func words(
        call: UInt32, arguments: [UInt64], architecture: UInt32
    ) -> [UInt32] {
        var words = [call, architecture, 0, 0]
        for index in 0..<6 {
            let value = index < arguments.count ? arguments[index] : 0
            words.append(UInt32(truncatingIfNeeded: value))
            words.append(UInt32(truncatingIfNeeded: value >> 32))
        }
        return words
    }
}

/// Classic BPF with the instructions that seccomp(2) accepts (`seccomp_check_filter` in the kernel).
private struct BPFMachine {
    let words: [UInt32]
    var accumulator: UInt32 = 0
    var index: UInt32 = 0
    var memory = [UInt32](repeating: 0, count: 16)

    init(words: [UInt32]) { self.words = words }

    /// Nil when the program is not one that the kernel would take.
    mutating func run(_ program: [UInt8]) -> UInt32? {
        var counter = 0
        while counter < program.count / BPFInstruction.size {
            let instruction = BPFInstruction(program: program, index: counter)
            counter += 1
            switch instruction.code & 0x07 {
            case 0x06:  // BPF_RET
                return instruction.code & 0x18 == 0x10 ? accumulator : instruction.constant
            case 0x05:  // BPF_JMP
                counter += jump(instruction)
            default:
                guard step(instruction) else { return nil }
            }
        }
        return nil
    }

    private func jump(_ instruction: BPFInstruction) -> Int {
        let operand = instruction.code & 0x08 == 0 ? instruction.constant : index
        let holds: Bool
        switch instruction.code & 0xf0 {
        case 0x00: return Int(instruction.constant)  // BPF_JA
        case 0x10: holds = accumulator == operand
        case 0x20: holds = accumulator > operand
        case 0x30: holds = accumulator >= operand
        default: holds = accumulator & operand != 0  // BPF_JSET
        }
        return Int(holds ? instruction.jumpTrue : instruction.jumpFalse)
    }

    /// Loads, stores and arithmetic; false for an instruction that seccomp does not take.
    private mutating func step(_ instruction: BPFInstruction) -> Bool {
        let constant = instruction.constant
        switch instruction.code {
        case 0x20:  // LD W ABS: aligned, inside seccomp_data
            guard constant % 4 == 0, Int(constant / 4) < words.count else { return false }
            accumulator = words[Int(constant / 4)]
        case 0x00: accumulator = constant  // LD IMM
        case 0x01: index = constant  // LDX IMM
        case 0x80: accumulator = 64  // LD LEN: sizeof(struct seccomp_data)
        case 0x81: index = 64
        case 0x60, 0x61, 0x02, 0x03: return moveMemory(instruction)
        case 0x07: index = accumulator  // TAX
        case 0x87: accumulator = index  // TXA
        default: return calculate(instruction)
        }
        return true
    }

    private mutating func moveMemory(_ instruction: BPFInstruction) -> Bool {
        let cell = Int(instruction.constant)
        guard memory.indices.contains(cell) else { return false }
        switch instruction.code {
        case 0x60: accumulator = memory[cell]
        case 0x61: index = memory[cell]
        case 0x02: memory[cell] = accumulator
        default: memory[cell] = index
        }
        return true
    }

    private mutating func calculate(_ instruction: BPFInstruction) -> Bool {
        guard instruction.code & 0x07 == 0x04 else { return false }
        let operand = instruction.code & 0x08 == 0 ? instruction.constant : index
        switch instruction.code & 0xf0 {
        case 0x00: accumulator &+= operand
        case 0x10: accumulator &-= operand
        case 0x20: accumulator &*= operand
        case 0x30:
            guard operand != 0 else { return false }
            accumulator /= operand
        case 0x40: accumulator |= operand
        case 0x50: accumulator &= operand
        case 0x60: accumulator = operand < 32 ? accumulator << operand : 0
        case 0x70: accumulator = operand < 32 ? accumulator >> operand : 0
        case 0x80: accumulator = 0 &- accumulator
        case 0xa0: accumulator ^= operand
        default: return false
        }
        return true
    }
}
