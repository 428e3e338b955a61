import Foundation

/// A Python server of `Servers/` on a port of 127.0.0.1 that the system chose.
package struct ServerProcess: Sendable {
    package let port: Int

    package var origin: String { "http://127.0.0.1:\(port)" }

    /// Runs `body` while the server runs; the server ends with it, however it ends.
    ///
    /// The script prints its port on the first line and ends when its standard input does, so
    /// nothing is left behind when the test process dies.
    package static func run<Result>(
        _ script: String, arguments: [String] = [],
        _ body: (ServerProcess) async throws -> Result
    ) async throws -> Result {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Servers").appendingPathComponent(script).path
        return try await run(path: path, arguments: arguments, body)
    }

    /// The same with a script anywhere.
    package static func run<Result>(
        path: String, arguments: [String], _ body: (ServerProcess) async throws -> Result
    ) async throws -> Result {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-u", path] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        // The port alone, or the origin that ends with it.
        let line = firstLine(of: output.fileHandleForReading)
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw ServerProcessError(script: path)
        }
        return try await body(ServerProcess(port: port))
    }

    private static func firstLine(of handle: FileHandle) -> String {
        var line: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}

package struct ServerProcessError: Error, CustomStringConvertible {
    package let script: String
    package var description: String { "cannot start \(script): it printed no port" }
}
