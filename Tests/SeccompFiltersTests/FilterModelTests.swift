import Testing

@testable import SeccompFilters

/// Compares compiled filters with a plain reading of their rules, on rules made from a fixed seed.
@Suite struct FilterModelTests {
    @Test(arguments: 0..<100)
    func `a compiled filter answers as its rules read`(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &* 7_919 &+ 1)
        let rules = randomRules(&random)
        let filter = try SeccompFilter.compile(defaultAction: .notify, rules: rules)

        for _ in 0..<400 {
            let call = SystemCalls.numbers.randomElement(using: &random) ?? 0
            let target =
                Bool.random(using: &random)
                ? call
                : SystemCalls.number(of: rules.randomElement(using: &random)?.call ?? "") ?? 0
            let arguments = (0..<6).map { _ in interesting(&random) }
            #expect(
                filter.evaluate(call: target, arguments: arguments)
                    == expected(rules, call: target, arguments: arguments),
                "\(arguments) \(rules.filter { SystemCalls.number(of: $0.call) == target })")
        }
    }

    private func expected(
        _ rules: [FilterRule], call: UInt32, arguments: [UInt64]
    ) -> FilterVerdict {
        let matches = rules.contains { rule in
            SystemCalls.number(of: rule.call) == call
                && rule.conditions.allSatisfy { holds($0.comparison, arguments[$0.index]) }
        }
        return matches ? .allow : .notify
    }

    private func holds(_ comparison: FilterComparison, _ value: UInt64) -> Bool {
        switch comparison {
        case .equal(let wanted): value == wanted
        case .notEqual(let wanted): value != wanted
        case .atMost(let wanted): value <= wanted
        case .atLeast(let wanted): value >= wanted
        case .masked(let mask, let wanted): value & mask == wanted
        }
    }

    private func randomRules(_ random: inout SplitMix) -> [FilterRule] {
        let calls = SystemCalls.numbers.shuffled(using: &random).prefix(
            Int.random(in: 1...80, using: &random))
        return calls.flatMap { number -> [FilterRule] in
            let name = SystemCalls.name(of: number) ?? ""
            let alternatives = Int.random(in: 1...4, using: &random)
            return (0..<alternatives).map { _ in
                let indices = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    Int.random(in: 0..<6, using: &random)
                }
                return FilterRule(
                    call: name, conditions: indices.map { ($0, randomComparison(&random)) },
                    action: .allow)
            }
        }
    }

    private func randomComparison(_ random: inout SplitMix) -> FilterComparison {
        let value = interesting(&random)
        return switch Int.random(in: 0..<5, using: &random) {
        case 0: .equal(value)
        case 1: .notEqual(value)
        case 2: .atMost(value)
        case 3: .atLeast(value)
        default: .masked(mask: value, value: value & interesting(&random))
        }
    }

    private func interesting(_ random: inout SplitMix) -> UInt64 {
        let values: [UInt64] = [
            0, 1, 2, 3, 4, 8, 0xf, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0001, .max, .max - 1,
        ]
        return values.randomElement(using: &random) ?? 0
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
