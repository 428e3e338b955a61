internal import HTTPListener
internal import HostAPI
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// A run as Dify's stream of events, for as long as the client listens.
struct WorkflowStream: Sendable {
    /// Where a stream begins to tell.
    enum Beginning: Sendable {
        case atTheBeginning
        /// The client comes back and wants all of it again.
        case withSnapshot
        /// The client comes back and wants only what happens from now on.
        case now
    }

    let backend: any WorkflowBackend
    let run: RunID
    let app: WorkflowApp
    let tokens: FormTokens
    let pingInterval: Duration
    let closesOnPause: Bool
    let begins: Beginning

    var answer: HTTPAnswer {
        HTTPAnswer(
            status: 200,
            headers: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-cache",
                "X-Accel-Buffering": "no",
            ], body: .events { try await write(to: $0) })
    }

    private func write(to stream: HTTPStream) async throws {
        do {
            try await tell(stream)
        } catch let error as CancellationError {
            throw error
        } catch {
            // SECURITY: what went wrong inside stays inside; the run's own state says the rest.
            let fault = WorkflowFault.inside
            let event: JSON = [
                "event": "error", "task_id": .string(run.text),
                "workflow_run_id": .string(run.text), "status": .integer(Int64(fault.status)),
                "code": .string(fault.code), "message": .string(fault.message),
            ]
            try await stream.write("data: \(event.text)\n\n")
        }
    }

    private func tell(_ stream: HTTPStream) async throws {
        var narration = RunNarration(tokens: tokens)
        let flow = await backend.flow(of: run)
        var isFirst = true
        var written = MonotonicInstant.now
        try await RunWatch(backend: backend, run: run).follow {
            guard let detail = try await backend.run(run) else { throw WorkflowFault.noRun }
            let view = RunView(detail, flow: flow, app: app)
            var events: [JSON] = []
            if isFirst { events += opening(view) }
            let news = narration.advance(to: view)
            events += isFirst ? first(news, detail.run.state.isFinal) : news
            isFirst = false
            if !events.isEmpty {
                let text = events.map { "data: \($0.text)\n\n" }.joined()
                try await stream.write(text)
                written = .now
            }
            // A pause that the client knows of ends nothing: it has come to see what follows.
            let pauses = events.last?["event"]?.stringValue == "workflow_paused"
            return detail.run.state.isFinal || closesOnPause && pauses
        } tick: {
            guard MonotonicInstant.now - written >= pingInterval else { return }
            try await stream.write("event: ping\n\n")
            written = .now
        }
    }

    /// Of what is known already, as much as the client wants; of a run that is over, its end.
    private func first(_ news: [JSON], _ isOver: Bool) -> [JSON] {
        switch begins {
        case .atTheBeginning: news
        case .withSnapshot: isOver ? news.suffix(1) : news
        case .now: isOver ? news.suffix(1) : []
        }
    }

    private func opening(_ view: RunView) -> [JSON] {
        switch begins {
        case .atTheBeginning: [RunNarration.opening(view, reason: "initial")]
        case .withSnapshot where !view.run.state.isFinal:
            [RunNarration.opening(view, reason: "resumption")]
        case .withSnapshot, .now: []
        }
    }
}
