/// Whether one list of calls allows at most what another allows.
enum Narrowing {
    /// True when every call that `narrow` lets through is let through by `wide` as well.
    ///
    /// It can say no although the answer is yes (two ways of `wide` that only together cover one of
    /// `narrow`); it never says yes when the answer is no.
    static func isAtMost(_ narrow: [[ArgumentPredicate]], _ wide: [[ArgumentPredicate]]) -> Bool {
        narrow.allSatisfy { way in
            wide.contains { other in
                other.allSatisfy { wanted in way.contains { implies($0, wanted) } }
            }
        }
    }

    private static func implies(_ known: ArgumentPredicate, _ wanted: ArgumentPredicate) -> Bool {
        guard known.index == wanted.index else { return false }
        if known.comparison == wanted.comparison { return true }
        return switch (known.comparison, wanted.comparison) {
        case (.equal(let value), _): holds(wanted.comparison, value)
        case (.masked(let mask, let value), .masked(let otherMask, let otherValue)):
            otherMask & ~mask == 0 && value & otherMask == otherValue
        case (.atMost(let value), .atMost(let other)): value <= other
        case (.atLeast(let value), .atLeast(let other)): value >= other
        case (.atMost(let value), .notEqual(let other)): value < other
        case (.atLeast(let value), .notEqual(let other)): value > other
        default: false
        }
    }

    private static func holds(_ comparison: ArgumentPredicate.Comparison, _ value: UInt64) -> Bool {
        switch comparison {
        case .equal(let wanted): value == wanted
        case .notEqual(let wanted): value != wanted
        case .atMost(let wanted): value <= wanted
        case .atLeast(let wanted): value >= wanted
        case .masked(let mask, let wanted): value & mask == wanted
        case .isOwnProcess: false
        }
    }
}
