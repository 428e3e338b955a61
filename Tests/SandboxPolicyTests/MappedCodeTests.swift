import Testing

@testable import SandboxPolicy

/// What a profile loses for scripts that have no packages.
struct MappedCodeTests {
    private static func profile(
        _ ways: [[ArgumentPredicate]], _ language: ScriptLanguage = .python
    ) -> ResolvedProfile {
        ResolvedProfile(
            name: ProfileName("p"), language: language, summary: "",
            limits: Limits(
                wallTime: .seconds(1), cpuTime: .seconds(1), memory: ByteCount(1),
                output: ByteCount(1), logs: ByteCount(1), processes: 1),
            files: [], network: "none",
            allowances: [
                Allowance(call: "mmap", alternatives: ways, reason: "r"),
                Allowance(call: "read", alternatives: [], reason: "r"),
            ], refusals: [], requires: [:])
    }

    private static let memory = [
        ArgumentPredicate(index: 2, comparison: .masked(mask: ~3, value: 0))
    ]
    private static let code = [ArgumentPredicate(index: 2, comparison: .equal(5))]

    @Test func `only the way that asks for code is left out`() {
        let rest = Self.profile([Self.memory, Self.code]).withoutMappedCode

        #expect(rest.allowances.first?.alternatives == [Self.memory])
        #expect(rest.allowances.count == 2)
        #expect(!rest.mapsCode)
    }

    @Test(
        arguments: [
            [], [[]], [[ArgumentPredicate(index: 3, comparison: .equal(2))]],
            [[ArgumentPredicate(index: 2, comparison: .notEqual(7))]],
            [[ArgumentPredicate(index: 2, comparison: .atMost(5))]],
            [[ArgumentPredicate(index: 2, comparison: .masked(mask: 2, value: 0))]],
        ])
    func `whatever does not rule code out asks for it`(ways: [[ArgumentPredicate]]) {
        let profile = Self.profile(ways)

        #expect(profile.mapsCode)
        #expect(profile.withoutMappedCode.allowances.map(\.call) == ["read"])
    }

    @Test func `a profile without code and another language stay as they are`() {
        #expect(Self.profile([Self.memory]).withoutMappedCode == Self.profile([Self.memory]))
        #expect(
            Self.profile([Self.code], .javascript).withoutMappedCode
                == Self.profile([Self.code], .javascript))
    }
}
