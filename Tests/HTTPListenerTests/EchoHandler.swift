import HTTPListener
import Synchronization

/// Says what it was asked; `/wait` never ends by itself, `/events` never either; `/large` is 32 MiB.
final class EchoHandler: HTTPHandler {
    let bodyLimit: Int
    let records = Mutex<[HTTPExchangeRecord]>([])
    let started = Mutex(0)
    let cancelled = Mutex(0)
    let written = Mutex(0)

    init(bodyLimit: Int = 1 << 20) { self.bodyLimit = bodyLimit }

    func admit(_ head: HTTPRequest) -> HTTPAdmission {
        if head.path == "/secret" {
            return .refuse(
                HTTPRefusal(status: 401, code: "unauthorized", message: "a key is needed")
                    .answer(id: head.id))
        }
        return .accept(bodyLimit: bodyLimit)
    }

    func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        started.withLock { $0 += 1 }
        switch request.path {
        case "/wait":
            try? await Task.sleep(for: .seconds(600))
            cancelled.withLock { $0 += 1 }
            return HTTPAnswer(status: 200)
        case "/events":
            return HTTPAnswer(
                status: 200, headers: ["Content-Type": "text/event-stream"],
                body: .events { [self] stream in
                    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 16_384)
                    do {
                        while true {
                            try await stream.write(piece)
                            written.withLock { $0 += piece.count }
                        }
                    } catch {
                        cancelled.withLock { $0 += 1 }
                        throw error
                    }
                })
        case "/large":
            return HTTPAnswer(status: 200, body: .bytes([UInt8](repeating: 120, count: 32 << 20)))
        case "/three":
            return HTTPAnswer(
                status: 200, headers: ["Content-Type": "text/event-stream"],
                body: .events { stream in
                    for number in 1...3 {
                        try await stream.write("data: \(number)\n\n")
                        await Task.yield()
                    }
                })
        default:
            let names = request.headers.fields.map(\.name).joined(separator: ",")
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
            let text =
                "\(request.method) \(request.path) [\(query)] {\(names)} \(request.peer) "
                + String(decoding: request.body, as: UTF8.self)
            return HTTPAnswer(status: 200, body: .bytes(Array(text.utf8)))
        }
    }

    func completed(_ record: HTTPExchangeRecord) { records.withLock { $0.append(record) } }
}

/// A listener on a free port, stopped at the end.
func withListener(
    _ handler: EchoHandler = EchoHandler(), limits: HTTPLimits = HTTPLimits(),
    _ body: (HTTPListener, UInt16) async throws -> Void
) async throws {
    let listener = try HTTPListener.start(
        on: .tcp(host: "127.0.0.1", port: 0), limits: limits, handler: handler)
    do {
        try await body(listener, listener.address.port ?? 0)
    } catch {
        await listener.stop()
        throw error
    }
    await listener.stop()
}

/// Waits until a condition holds; false after ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<1000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}
