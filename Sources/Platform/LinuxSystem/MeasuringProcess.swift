/// A program that measures something whenever it is asked: one byte comes on descriptor 60, eight go
/// back, the nanoseconds that it took as a little-endian number.
///
/// Benchmarks take such samples in between their own, so that both see the same machine.
package final class MeasuringProcess: Sendable {
    private let process: ProcessHandle
    private let near: MessageSocket

    /// `arguments` begin with the program's name.
    package init(path: String, arguments: [String]) throws(Errno) {
        let pair = try MessageSocket.pair()
        let request = SpawnRequest(path: path, arguments: arguments, environment: [])
        process = try ProcessHandle(pid: try request.start(giving: pair.far.descriptor, as: 60))
        near = pair.near
    }

    /// Fork, exit and wait of a small process: the program `fork-floor` of `folder`.
    package static func forkFloor(in folder: String) throws(Errno) -> MeasuringProcess {
        try MeasuringProcess(path: "\(folder)/fork-floor", arguments: ["fork-floor"])
    }

    /// Throws when the program has ended.
    package func sample() async throws -> Duration {
        try near.send([1])
        while true {
            try await Task.sleep(for: .milliseconds(1))
            guard let message = try near.receive(upTo: 8) else { continue }
            guard message.bytes.count == 8 else { throw Errno.brokenPipe }
            let number = message.bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return .nanoseconds(Int64(clamping: number))
        }
    }

    /// Ends the program and takes its exit.
    package func stop() async {
        process.kill()
        while (try? isRunning()) == true { try? await Task.sleep(for: .milliseconds(1)) }
    }

    private func isRunning() throws(Errno) -> Bool { try process.reap() == nil }
}
