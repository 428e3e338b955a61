import JSONValue
import SandboxPolicy
import TestSupport

/// A program of `Programs/` that tries one kind of harm and returns what it reached.
struct EscapeProgram: Sendable, Hashable {
    /// How a program is run, which its folder decides.
    enum Way: String {
        case once
        /// Twice in a row; what the second run found counts.
        case twice
        /// Two runs of different tenants at the same time.
        case pair
    }

    /// In the order of the table.
    static let categories = [
        "reading", "writing", "environment", "network", "processes", "signals", "memory", "cpu",
        "output", "state", "channels", "calls",
    ]

    /// Why a category has no program for Node.js; every other one has some.
    static let withoutNode = [
        "calls":
            "Node.js gives a script no way to make a call by number, and code that could is refused "
            + "(`processes/native_code.js`, `processes/engine_processes.js`). The prober makes every call "
            + "under Node's filter from Python."
    ]

    /// Below `Programs/`: `reading/proc.py`.
    let path: String
    /// The first line of the program.
    let promise: String

    var category: String { String(path.prefix { $0 != "/" }) }
    var language: ScriptLanguage { path.hasSuffix(".py") ? .python : .javascript }

    var way: Way {
        switch category {
        case "state": .twice
        case "channels": .pair
        default: .once
        }
    }

    /// Shorter than what the programs of `cpu` try to run for.
    ///
    /// Filling memory takes a while on a machine that has other things to do.
    var timeout: Duration {
        switch category {
        case "cpu": .milliseconds(150)
        case "memory": .seconds(55)
        default: .seconds(20)
        }
    }

    /// The programs of `memory` want more than the small limit of their engine.
    var isSmall: Bool { category == "memory" }

    static func all() throws -> [EscapeProgram] {
        try categories.flatMap { category in
            let folder = "Tests/EscapeTests/Programs/\(category)"
            return try RepositoryFiles.files(in: folder)
                .filter { !$0.path.hasPrefix("kit") && !$0.path.hasSuffix(".pyc") }
                .map { EscapeProgram(path: "\(category)/\($0.path)", promise: promise($0.bytes)) }
        }
    }

    /// What stands in the first line, without the marks of a comment.
    private static func promise(_ source: [UInt8]) -> String {
        var line = String(decoding: source.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        for mark in ["\"\"\"", "// "] where line.hasPrefix(mark) {
            line.removeFirst(mark.count)
        }
        if line.hasSuffix("\"\"\"") { line.removeLast(3) }
        return line
    }
}
