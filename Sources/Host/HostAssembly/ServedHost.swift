package import FlowEngine
internal import FlowModel
package import HTTPListener
package import HostAPI
package import JSONValue
package import Journal
internal import SandboxSupervisor
internal import Synchronization

/// A host as the API sees it.
package final class ServedHost: HostBackend {
    private struct State {
        var driven: [RunID: Task<Void, Never>] = [:]
        var isDraining = false
        var examination: HostExamination?
    }

    private let host: Host
    private let state = Mutex(State())
    /// Runs that have just become durable.
    private let arrivals = AsyncStream.makeStream(of: RunID.self)

    private init(_ host: Host) { self.host = host }

    package static func open(_ options: HostOptions) async throws -> ServedHost {
        ServedHost(try await Host.open(options))
    }

    /// Drives runs, those of before first, and looks at the machine, until the task is cancelled.
    package func work() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.examine() }
            group.addTask { await self.resumeAll() }
            for await run in arrivals.stream { drive(run) }
        }
    }

    private func examine() async {
        guard let report = try? await Sandbox.examine() else { return }
        state.withLock {
            $0.examination = HostExamination(
                isReady: report.isReady, layers: report.json["layers"] ?? .null,
                profiles: report.json["profiles"] ?? .null)
        }
    }

    private func resumeAll() async {
        var filter = RunFilter(states: [.queued, .running, .waiting], limit: 200)
        while let runs = try? await host.journal.listRuns(filter), let last = runs.last {
            for run in runs { arrivals.continuation.yield(run.id) }
            filter.before = last.id
        }
    }

    private func drive(_ run: RunID) {
        state.withLock { state in
            guard !state.isDraining, state.driven[run] == nil else { return }
            state.driven[run] = Task {
                _ = try? await host.engine.run(run)
                self.state.withLock { _ = $0.driven.removeValue(forKey: run) }
            }
        }
    }

    /// Begins nothing new, and leaves what is not over in time to the next start.
    package func drain(within time: Duration) async {
        let tasks = state.withLock { state in
            state.isDraining = true
            return Array(state.driven.values)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: time)
                // Cancelling a drive leaves its run as it is.
                for task in tasks { task.cancel() }
            }
            for task in tasks { await task.value }
            group.cancelAll()
        }
        arrivals.continuation.finish()
    }

    package func stop() async { await host.stop() }

    // MARK: HostBackend

    package func flows() async throws -> [FlowListing] {
        try host.library.allFolders().compactMap { folder in
            guard let flow = try host.library.read(folder).flow else { return nil }
            return FlowListing(
                name: flow.name, summary: flow.summary,
                inputs: .array(flow.inputs.map(\.listing)),
                hook: nil)
        }
    }

    package func start(
        flow name: String, inputs: JSONObject, requestedBy: String
    ) async throws -> RunID? {
        // SECURITY: a name of the folder of flows, never a path.
        guard let folder = try host.library.allFolders().first(where: { $0.hasSuffix("/\(name)") }),
            !name.contains("/")
        else { return nil }
        do {
            guard
                let request = try host.request(flow: folder, inputs: inputs, event: nil),
                !state.withLock({ $0.isDraining })
            else { return nil }
            let id = try await host.engine.start(request)
            arrivals.continuation.yield(id)
            return id
        } catch let faults as InputFaults {
            throw APIFault(
                400, "invalid-inputs", "the inputs do not fit",
                details: faults.faults.map(\.description))
        } catch let error as EngineError {
            throw APIFault(400, "cannot-start", error.description)
        } catch let error as HostError where error.cause == .given {
            throw APIFault(409, "not-ready", "the flow lacks something that the host must be given")
        }
    }

    package func runs(_ filter: RunFilter) async throws -> [RunRecord] {
        try await host.journal.listRuns(filter)
    }

    package func run(_ id: RunID) async throws -> RunDetail? {
        try await host.journal.showRun(id)
    }

    package func cancel(_ id: RunID) async throws { try await host.engine.cancel(id) }

    package func events(of id: RunID) -> AsyncStream<RunEvent> { host.engine.events(of: id) }

    package func examination() -> HostExamination? { state.withLock { $0.examination } }

    package func figures() async -> [HostFigure] {
        [
            HostFigure(
                "sluice_runs_driven", "Runs that this host drives now.", .gauge,
                value: Double(state.withLock { $0.driven.count }))
        ]
    }

    package func hasHook(at path: String) -> Bool { false }

    package func receive(_ request: HTTPRequest) async -> HTTPAnswer {
        APIFault(404, "not-found", "there is nothing here").answer(id: request.id)
    }
}

extension InputDeclaration {
    fileprivate var listing: JSON {
        [
            "name": .string(name), "type": .string(type.rawValue), "required": .bool(isRequired),
            "default": defaultValue ?? .null,
        ]
    }
}
