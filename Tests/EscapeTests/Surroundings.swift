import Foundation
import JSONValue
import TestSupport

/// The host that programs try to reach, and the same programs run on it without Sluice.
struct Surroundings: Sendable {
    private let port: Int

    /// Runs `body` while the host's servers run.
    static func with<Answer>(_ body: (Surroundings) async throws -> Answer) async throws -> Answer {
        let path = RepositoryFiles.path("Tests/EscapeTests/Programs/host.py")
        return try await ServerProcess.run(path: path, arguments: []) { server in
            try await body(Surroundings(port: server.port))
        }
    }

    /// What every program is told about the host.
    var input: JSON {
        [
            "port": .integer(Int64(port)), "file": .string("/tmp/sluice-escape-\(port).socket"),
            "abstract": .string("sluice-escape-\(port)"),
            "host": .integer(Int64(ProcessInfo.processInfo.processIdentifier)),
        ]
    }

    /// What each program reaches by itself, as an ordinary user.
    func runPlain(_ programs: [EscapeProgram]) throws -> [EscapeProgram: Verdict] {
        let list: [JSON] = programs.map {
            ["path": .string($0.path), "way": .string($0.way.rawValue), "input": input]
        }
        let process = Process()
        let asked = Pipe()
        let answered = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [RepositoryFiles.path("Tests/EscapeTests/Programs/plain.py")]
        process.standardInput = asked
        process.standardOutput = answered
        try process.run()
        try asked.fileHandleForWriting.write(contentsOf: Data(JSON.array(list).text.utf8))
        try asked.fileHandleForWriting.close()
        let answer = try answered.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let reached = try JSON.parse([UInt8](answer))
        return Dictionary(
            uniqueKeysWithValues: programs.map { ($0, Verdict(plain: reached[$0.path])) })
    }
}
