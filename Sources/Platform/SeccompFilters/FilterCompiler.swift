private import CSeccomp

extension SeccompFilter {
    /// The architecture that filters are compiled for, as `AUDIT_ARCH_…` names it.
    package static let architecture: UInt32 = seccomp_arch_native()

    package static let x86: UInt32 = 0x4000_0003  // AUDIT_ARCH_I386
    package static let x86With64Bits: UInt32 = 0xC000_003E  // AUDIT_ARCH_X86_64
    package static let arm64: UInt32 = 0xC000_00B7  // AUDIT_ARCH_AARCH64

    /// Instructions in the program.
    package var instructionCount: Int { program.count / BPFInstruction.size }

    /// Compiles `rules`; every call that no rule matches gets `defaultAction`.
    ///
    /// The first rule of a call whose conditions all hold decides. Whatever the rules say, calls of
    /// another architecture and x32 calls kill the process, and numbers above `SystemCalls.newest`
    /// answer ENOSYS.
    ///
    /// Throws for a name that is no system call here, an errno of 0 and conditions that can never
    /// hold; the filter of an empty list is not an error.
    ///
    /// libseccomp supplies the names and numbers, but not the code: version 2.5.4 joins the 64-bit
    /// comparisons of several rules for one call into a tree that lets through arguments which no
    /// rule names (`argument <= 8` beside `argument >= 0x1_0000_0001` lets 15 through).
    package static func compile(
        defaultAction: FilterAction, rules: [FilterRule]
    ) throws(FilterError) -> SeccompFilter {
        guard [x86With64Bits, arm64].contains(architecture) else {
            throw .unsupportedArchitecture(architecture)
        }
        let fallback = try answer(defaultAction, call: "every other call")
        var blocks: [UInt32: [BPFInstruction]] = [:]
        for rule in rules {
            guard let number = SystemCalls.number(of: rule.call) else {
                throw .unknownCall(rule.call)
            }
            blocks[number, default: []] += try code(of: rule)
        }
        let calls = blocks.sorted { $0.key < $1.key }.map { number, code in
            (number, code + [BPFInstruction(code: BPFCode.return, constant: fallback)])
        }
        let program =
            FilterPrologue.instructions(architecture: architecture, newest: SystemCalls.newest)
            + search(calls[...], fallback: fallback)
        guard program.count <= 4096 else { throw .tooLong(instructions: program.count) }
        return SeccompFilter(program: program.flatMap(\.bytes))
    }

    /// A binary search for the number in the accumulator, with each call's code at its leaf.
    private static func search(
        _ calls: ArraySlice<(UInt32, [BPFInstruction])>, fallback: UInt32
    ) -> [BPFInstruction] {
        let otherwise = BPFInstruction(code: BPFCode.return, constant: fallback)
        guard let first = calls.first else { return [otherwise] }
        guard calls.count > 1 else {
            return [
                BPFInstruction(code: BPFCode.jumpEqual, jumpTrue: 1, constant: first.0), otherwise,
            ] + first.1
        }
        let middle = calls.startIndex + calls.count / 2
        let lower = search(calls[..<middle], fallback: fallback)
        return [
            BPFInstruction(code: BPFCode.jumpAtLeast, jumpFalse: 1, constant: calls[middle].0),
            BPFInstruction(code: BPFCode.jump, constant: UInt32(lower.count)),
        ] + lower + search(calls[middle...], fallback: fallback)
    }

    /// The rule's answer when its conditions hold; otherwise control leaves at the end.
    private static func code(of rule: FilterRule) throws(FilterError) -> [BPFInstruction] {
        var steps: [ConditionStep] = []
        for (index, comparison) in rule.conditions {
            guard (0...5).contains(index) else {
                throw .argumentOutOfRange(call: rule.call, index: index)
            }
            if case .masked(let mask, let value) = comparison, value & ~mask != 0 {
                throw .neverHolds(call: rule.call, index: index)
            }
            steps += ConditionCode.steps(argument: index, comparison: comparison)
        }
        let last = BPFInstruction(
            code: BPFCode.return, constant: try answer(rule.action, call: rule.call))
        return ConditionCode.link(steps) + [last]
    }

    private static func answer(
        _ action: FilterAction, call: String
    ) throws(FilterError) -> UInt32 {
        switch action {
        case .allow: return KernelAction.allow
        case .notify: return KernelAction.notify
        case .killProcess: return KernelAction.killProcess
        case .error(let errno):
            guard (1...4095).contains(errno) else {
                throw .errnoOutOfRange(call: call, errno: errno)
            }
            return KernelAction.error | UInt32(errno)
        }
    }
}
