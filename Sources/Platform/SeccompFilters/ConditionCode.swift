/// An instruction of a condition, before it is known how far its exits are.
enum ConditionStep: Sendable {
    case instruction(BPFInstruction)
    /// The rule does not hold: go past its end.
    case fail
    /// This condition holds: go past it. `remaining` counts its steps that follow.
    case pass(remaining: Int)
}

/// Code for one condition on a 64-bit argument, in two halves, since classic BPF has 32 bits.
enum ConditionCode {
    static func steps(argument: Int, comparison: FilterComparison) -> [ConditionStep] {
        switch comparison {
        case .equal(let value):
            masked(argument, mask: .max, value: value)
        case .masked(let mask, let value):
            masked(argument, mask: mask, value: value)
        case .notEqual(let value):
            [
                load(argument, .high), unless(BPFCode.jumpEqual, value, .high),
                .pass(remaining: 3),
                load(argument, .low), when(BPFCode.jumpEqual, value, .low), .fail,
            ]
        case .atLeast(let value):
            [
                load(argument, .high), when(BPFCode.jumpGreater, value, .high),
                .pass(remaining: 5),
                unless(BPFCode.jumpEqual, value, .high), .fail,
                load(argument, .low), unless(BPFCode.jumpAtLeast, value, .low), .fail,
            ]
        case .atMost(let value):
            [
                load(argument, .high), when(BPFCode.jumpGreater, value, .high), .fail,
                unless(BPFCode.jumpEqual, value, .high), .pass(remaining: 3),
                load(argument, .low), when(BPFCode.jumpGreater, value, .low), .fail,
            ]
        }
    }

    /// Turns exits into jumps.
    ///
    /// A rule that does not hold goes to just after the answer that follows these steps.
    static func link(_ steps: [ConditionStep]) -> [BPFInstruction] {
        steps.enumerated().map { position, step in
            switch step {
            case .instruction(let instruction): instruction
            case .fail:
                BPFInstruction(code: BPFCode.jump, constant: UInt32(steps.count - position))
            case .pass(let remaining):
                BPFInstruction(code: BPFCode.jump, constant: UInt32(remaining))
            }
        }
    }

    private enum Half { case low, high }

    /// `argument & mask == value`; a half without mask bits needs no look.
    private static func masked(_ argument: Int, mask: UInt64, value: UInt64) -> [ConditionStep] {
        [Half.high, .low].flatMap { half -> [ConditionStep] in
            let bits = word(mask, half)
            guard bits != 0 else { return [] }
            let and = ConditionStep.instruction(
                BPFInstruction(code: BPFCode.and, constant: bits))
            return [load(argument, half)] + (bits == .max ? [] : [and])
                + [unless(BPFCode.jumpEqual, value, half), .fail]
        }
    }

    private static func load(_ argument: Int, _ half: Half) -> ConditionStep {
        // offsetof(struct seccomp_data, args) is 16; the low half comes first on both architectures.
        let offset = UInt32(16 + argument * 8 + (half == .high ? 4 : 0))
        return .instruction(BPFInstruction(code: BPFCode.loadWord, constant: offset))
    }

    /// The next step is taken when the comparison holds, and skipped otherwise.
    private static func when(_ code: UInt16, _ value: UInt64, _ half: Half) -> ConditionStep {
        .instruction(BPFInstruction(code: code, jumpFalse: 1, constant: word(value, half)))
    }

    /// The next step is skipped when the comparison holds, and taken otherwise.
    private static func unless(_ code: UInt16, _ value: UInt64, _ half: Half) -> ConditionStep {
        .instruction(BPFInstruction(code: code, jumpTrue: 1, constant: word(value, half)))
    }

    private static func word(_ value: UInt64, _ half: Half) -> UInt32 {
        UInt32(truncatingIfNeeded: half == .high ? value >> 32 : value)
    }
}
