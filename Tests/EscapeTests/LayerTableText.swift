import SandboxPolicy

/// The table as a page for people, which is also what the next run is compared with.
struct LayerTableText {
    static let path = "docs/which-layer-holds-what.md"

    let programs: [EscapeProgram]
    let table: LayerTable

    var page: String {
        ([Self.head, summary] + EscapeProgram.categories.map(section)).joined(separator: "\n")
    }

    /// The same for Node.js, below the page.
    var nodePage: String {
        ([Self.nodeHead, summary] + EscapeProgram.categories.map(section)).joined(separator: "\n")
    }

    private static let nodeHead = """

        # The same in Node.js

        The programs in JavaScript under the profile `node`, which runs them in real Node.js (20). What that profile gives on
        purpose is breached with every layer in place: Node.js shows its own functions, path and version, and has threads
        and realms, all of its own process. Programs of `memory` have 96 MiB here.

        """

    private static let head = """
        # Which layer holds what

        Written by `EscapeTests`, which compares it on every run; `RECORD_GOLDEN=1` writes it anew. Every line is a
        program of `Tests/EscapeTests/Programs` that tries one kind of harm and returns what it reached. It is run by
        itself, as an ordinary user (*without Sluice*: it must succeed somewhere, or it would show nothing), in the
        box of profile `pure`, and in the box with one layer taken away, or all. Below is the same in Node.js.

        - *held*: it ran to its end and reached nothing; *held: X*, it met the error X and went no further.
        - *killed*: it made a call that no honest script makes. *stopped: L*: limit L ended it.
        - **breached**: it reached some of what it tried; where, the program says.
        - A process of its own for each run, the engine's own limits, and the supervisor's deadlines and caps are
          there in every column but the last. Control groups are left out everywhere, since not every host has them.
        - *refused calls* were answered by the supervisor and named in the outcome.

        Recorded as root on Linux 6.18 (Landlock ABI 7). What is measured by time (caches, speculation, load) is left
        out: no layer here holds it, see [the threat model](threat-model.md).

        """

    private var summary: String {
        let byOne = programs.filter {
            !table.isBreached($0, under: .allLayers) && !table.soleHolders(of: $0).isEmpty
        }
        let given = programs.count { table.isBreached($0, under: .allLayers) }
        var lines = [
            "\(programs.count) properties. \(given == 0 ? "All" : "All but \(given)") are held with every "
                + "layer in place; \(programs.count - byOne.count - given) of them by more than one layer, so "
                + "that any single layer may fail. Held by one layer alone:", "",
        ]
        for holding in Holding.single {
            let alone = byOne.filter { table.soleHolders(of: $0).contains(holding) }
            let names = alone.map { "`\($0.path)`" }.joined(separator: ", ")
            lines.append(
                "- \(holding.rawValue.replacing("no ", with: "")): \(alone.count)"
                    + (names.isEmpty ? "" : " (\(names))"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ category: String) -> String {
        let members = programs.filter { $0.category == category }
        if members.isEmpty {
            return "## \(category)\n\n\(EscapeProgram.withoutNode[category] ?? "")\n"
        }
        let holdings = Holding.allCases.map(\.rawValue)
        var lines = [
            "## \(category)", "",
            "| program | " + holdings.joined(separator: " | ") + " | refused calls |",
            "|---|" + holdings.map { _ in "---|" }.joined() + "---|",
        ]
        lines += members.map(row)
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ program: EscapeProgram) -> String {
        let cells = Holding.allCases.map { table.verdict(of: program, under: $0)?.word ?? "" }
        let denied = table.verdict(of: program, under: .allLayers)?.denied ?? []
        let name = "`\(program.path)` \(program.promise)"
        return "| \(name) | \(cells.joined(separator: " | ")) | "
            + denied.sorted().joined(separator: " ") + " |"
    }
}
