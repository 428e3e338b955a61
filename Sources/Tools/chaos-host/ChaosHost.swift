internal import Foundation
internal import HTTPTransport
internal import HostAssembly
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import Scheduling
internal import Webhooks

/// A host under load, for who wants to kill it: `chaos-host FOLDER COUNT`.
///
/// FOLDER holds `sluice.yaml` and `flows/`, and gets `data/` and `acknowledged`. It sends itself COUNT
/// deliveries to the webhook `/hooks/chaos`, as a sender would who comes again with the same key
/// until it is told that the delivery was taken; what it was told is added to `acknowledged`. It ends
/// with 0 when all are taken and no run is left that could go on.
@main struct ChaosHost {
    let service: HostService
    let folder: String
    let count: Int

    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else {
            StandardStream.error.write("usage: chaos-host FOLDER COUNT\n")
            ProcessSurroundings.exit(2)
        }
        do {
            let folder = arguments[1]
            let service = try await HostService.open(
                HostOptions(
                    dataFolder: "\(folder)/data", flowsFolder: "\(folder)/flows",
                    configuration: "\(folder)/sluice.yaml", allowDegraded: true))
            for problem in service.problems { StandardStream.error.write("\(problem)\n") }
            let host = ChaosHost(service: service, folder: folder, count: count)
            try await host.run()
            await service.stop()
        } catch {
            StandardStream.error.write("chaos-host: \(error)\n")
            ProcessSurroundings.exit(1)
        }
    }

    private func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let events = service.queue.events()
            group.addTask { await service.serve() }
            try await send()
            var ends = events.makeAsyncIterator()
            while try await !isOver() { _ = await ends.next() }
            service.drain(within: .seconds(10))
            try await group.waitForAll()
        }
    }

    /// Eight senders, each with every eighth delivery that nobody was told is taken.
    private func send() async throws {
        let known = try acknowledged()
        let open = (0..<count).filter { !known.contains($0) }
        let log = try handle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<8 {
                group.addTask {
                    for (place, number) in open.enumerated() where place % 8 == sender {
                        let answer = await service.receive(request(number))
                        guard (200..<300).contains(answer.status) else {
                            throw Refused(answer: "\(answer.status) \(answer.note ?? "")")
                        }
                        // One write call: it is in the file whole or not at all.
                        try log.write(contentsOf: Data("\(number)\n".utf8))
                        // Senders repeat themselves also when they need not.
                        if number % 3 == 0 { _ = await service.receive(request(number)) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        let answer: String
        var description: String { "a delivery was answered \(answer)" }
    }

    private func request(_ number: Int) -> WebhookRequest {
        WebhookRequest(
            method: "POST", path: "/hooks/chaos", query: "",
            headers: [
                .init(name: "Content-Type", value: "application/json"),
                .init(name: "X-Gitlab-Token", value: "the-token-of-the-hook"),
                .init(name: "Idempotency-Key", value: "delivery-\(number)"),
            ], body: Array("{\"n\": \(number)}".utf8), peer: .unixSocket,
            receivedAt: Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds))
    }

    private func isOver() async throws -> Bool {
        let filter = RunFilter(states: [.queued, .running, .waiting], limit: 1)
        return try await service.host.journal.listRuns(filter).isEmpty
    }

    private var path: String { "\(folder)/acknowledged" }

    private func acknowledged() throws -> Set<Int> {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        return Set(lines.compactMap { Int($0) })
    }

    private func handle() throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        return handle
    }
}
