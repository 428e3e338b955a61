import SandboxPolicy
import Testing

/// The programs under every profile but `pure`, with all layers.
@Suite struct OtherProfileTests {
    /// What a profile gives to scripts on purpose; its own summary says so.
    static let given: [String: Set<String>] = [
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
                let programs = try EscapeProgram.all().filter { program in
                    languages.contains(program.language)
                }
                let verdicts = try await LayerTable.run(
                    programs, profile: name, under: .allLayers, in: surroundings)
                check(verdicts, of: programs, under: name)
            }
        }
    }

    @Test func `every category has a program for Node or a reason why not`() throws {
        let programs = try EscapeProgram.all().filter { $0.language == .javascript }
        for category in EscapeProgram.categories {
            let hasProgram = programs.contains { $0.category == category }
            #expect(hasProgram != (EscapeProgram.withoutNode[category] != nil), "\(category)")
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
