import SandboxPolicy
import Testing

/// The programs under every profile but `pure`, with all layers.
@Suite struct OtherProfileTests {
    /// What a profile gives to scripts on purpose; its own summary says so.
    private static let given: [String: Set<String>] = [
        "data": ["processes/threads.py"],
        // The address of the broker, one kind of socket towards it, names that stay names; threads.
        "fetch": [
            "environment/variables.py", "network/sockets.py", "network/names.py",
            "processes/threads.py",
        ],
        // Node.js shows its own functions, path and version, its threads and realms, all of its own process.
        "node": [
            "reading/places_in_stacks.js", "environment/host_facts.js", "environment/variables.js",
            "processes/native_code.js", "processes/threads.js",
        ],
    ]

    @Test func `no other profile gives more than it says`() async throws {
        let catalogue = try Box.catalogue()
        try await Surroundings.with { surroundings in
            for name in catalogue.names where name.text != "pure" {
                let languages = Set(catalogue.languages(of: name))
                let runsNode = catalogue.resolve(name, .javascript)?.runsNode ?? false
                let programs = try EscapeProgram.all().filter { program in
                    // Node.js by itself takes more than the small limit of these.
                    languages.contains(program.language) && !(runsNode && program.isSmall)
                }
                let verdicts = try await LayerTable.run(
                    programs, profile: name, under: .allLayers, in: surroundings)
                check(verdicts, of: programs, under: name)
            }
        }
    }

    private func check(
        _ verdicts: [EscapeProgram: Verdict], of programs: [EscapeProgram],
        under profile: ProfileName
    ) {
        let given = Self.given[profile.text] ?? []
        var list = ""
        for program in programs {
            guard let verdict = verdicts[program] else { continue }
            list += "\(program.path) \(verdict.isBreach ? "given" : verdict.word)\n"
            #expect(
                !verdict.isMistake, "\(profile), \(program.path): \(verdict.word) \(verdict.detail)"
            )
            #expect(
                verdict.isBreach == given.contains(program.path),
                "\(profile), \(program.path): \(verdict.word) \(verdict.detail)")
        }
        expect(list, toBe: "Tests/EscapeTests/Golden/\(profile).held")
    }
}
