internal import FlowEngine
internal import HTTPListener
internal import JSONValue
internal import Journal

/// A run's events as they happen (`text/event-stream`): the whole run first, then each change, and at
/// last the run as it ended.
struct RunStream: Sendable {
    let backend: any HostBackend
    let run: RunID

    /// How often something is said when nothing happens, so that proxies keep the connection.
    private static let heartbeat = Duration.seconds(15)
    /// How often the journal is asked about a run that nobody here drives.
    private static let look = Duration.seconds(1)

    var answer: HTTPAnswer {
        HTTPAnswer(
            status: 200,
            headers: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            ], body: .events { try await write(to: $0) })
    }

    private func write(to stream: HTTPStream) async throws {
        // Asked for before the run is read, so that nothing between the two is lost.
        var events = backend.events(of: run)
        guard var detail = try await backend.run(run) else { return }
        try await stream.write(Self.event("run", RunJSON.detail(detail)))
        while !detail.run.state.isFinal {
            try await pass(events, to: stream)
            events = backend.events(of: run)
            guard let now = try await backend.run(run) else { return }
            detail = now
        }
        try await stream.write(Self.event("end", RunJSON.run(detail.run)))
    }

    /// Passes events on until there are no more, or it is time to ask the journal.
    private func pass(_ events: AsyncStream<RunEvent>, to stream: HTTPStream) async throws {
        let (merged, feed) = AsyncStream.makeStream(of: RunEvent?.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in events { feed.yield(event) }
                // Its driver has left it, or never was here.
                try? await Task.sleep(for: Self.look)
                feed.finish()
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.heartbeat)
                    feed.yield(nil)
                }
            }
            for await event in merged {
                if let event {
                    try await stream.write(Self.event(event.name, event.json))
                } else {
                    try await stream.write(": still here\n\n")
                }
            }
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        try Task.checkCancellation()
    }

    private static func event(_ name: String, _ value: JSON) -> String {
        "event: \(name)\ndata: \(value.text)\n\n"
    }
}

extension RunEvent {
    fileprivate var name: String {
        switch change {
        case .run: "state"
        case .step: "step"
        case .responded: "response"
        case .attemptStarted, .attemptEnded: "attempt"
        }
    }

    fileprivate var json: JSON {
        var object = JSONObject()
        object["at"] = .string(at.description)
        switch change {
        case .run(let state, let error):
            object["state"] = .string(state.rawValue)
            object["error"] = error.map(RunJSON.failure) ?? .null
        case .step(let identity, let state, let error, let reason):
            object["step"] = .string(identity.path.text)
            object["state"] = .string(state.rawValue)
            object["error"] = error.map(RunJSON.failure) ?? .null
            object["reason"] = reason.map(JSON.string) ?? .null
        case .responded(let response): object["response"] = response
        case .attemptStarted(let identity, let number):
            object["step"] = .string(identity.path.text)
            object["number"] = .integer(Int64(number))
            object["outcome"] = .null
        case .attemptEnded(let identity, let number, let outcome, let error):
            object["step"] = .string(identity.path.text)
            object["number"] = .integer(Int64(number))
            object["outcome"] = .string(outcome)
            object["error"] = error.map(RunJSON.failure) ?? .null
        }
        return .object(object)
    }
}
