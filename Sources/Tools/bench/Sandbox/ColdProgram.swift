internal import Foundation
internal import HostAssembly
internal import LinuxSystem

/// A program that is started for every run: what one does without a sandbox like this.
struct ColdProgram: Sendable {
    let name: String
    let path: String
    let arguments: [String]
    /// Written beside the results and named as the last argument before the input.
    var script: (name: String, text: String)?
    let input: String

    static let node = ColdProgram(
        name: "node-cold", path: "/usr/bin/node", arguments: ["node"],
        script: (
            "cold.js",
            """
            const {a, b} = JSON.parse(process.argv[2]);
            process.stdout.write(JSON.stringify({sum: a + b}));

            """
        ), input: #"{"a":2,"b":40}"#)

    static let python = ColdProgram(
        name: "python-cold", path: "/usr/bin/python3",
        arguments: [
            "python3", "-I", "-S", "-c",
            """
            import json, sys
            given = json.loads(sys.argv[1])
            sys.stdout.write(json.dumps({'sum': given['a'] + given['b']}))
            """,
        ], input: #"{"a":2,"b":40}"#)

    /// Nil, and said so, when the program is not installed.
    func prepare() throws -> Prepared? {
        guard ProcessSurroundings.isOrdinaryFile(path) else {
            StandardStream.output.write("\(path) is not there: no comparison with it\n")
            return nil
        }
        var all = arguments
        if let script {
            let file = URL(filePath: ".build/bench/\(script.name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(script.text.utf8).write(to: file)
            all.append(file.path(percentEncoded: false))
        }
        return Prepared(
            request: SpawnRequest(path: path, arguments: all + [input], environment: []))
    }

    struct Prepared: Sendable {
        let request: SpawnRequest

        /// Runs it again and again, so many at once, each waited for by a thread of its own.
        func window(_ duration: Duration, atOnce: Int) async throws -> Window {
            let start = MonotonicInstant.now
            let end = start + duration
            let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
                for _ in 0..<atOnce {
                    group.addTask {
                        try await withCheckedThrowingContinuation { done in
                            do {
                                try ServiceThread.start(named: "bench-cold") {
                                    done.resume(with: Result { try runs(until: end) })
                                }
                            } catch {
                                done.resume(throwing: error)
                            }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            return Window(times: times, lasting: MonotonicInstant.now - start)
        }

        private func runs(until end: MonotonicInstant) throws -> [Duration] {
            var times: [Duration] = []
            repeat {
                let began = MonotonicInstant.now
                try runOnce()
                times.append(MonotonicInstant.now - began)
            } while MonotonicInstant.now < end
            return times
        }

        private func runOnce() throws {
            let pair = try MessageSocket.pair()
            let process = try ProcessHandle(
                pid: try request.start(giving: pair.far.descriptor, as: 60))
            let poller = try Poller()
            try poller.watch(process.descriptor, for: .read, as: 0)
            while true {
                _ = try poller.wait(until: nil)
                guard let exit = try process.reap() else { continue }
                guard exit.end == .status(0) else {
                    throw HostError("\(request.path) ended with \(exit.end)")
                }
                return
            }
        }
    }
}
