internal import Connectors
package import FlowEngine
internal import FlowModel
internal import JSONValue
package import Journal
internal import Scheduling

/// Why a part of a run is not done again, where the engine cannot know it.
package enum RepeatRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    case notServed(flow: String)
    case secretIsNotSet(input: String, name: String)

    package var description: String {
        switch self {
        case .notServed(let flow):
            return "flow '\(flow)' is not served now; take the pinned files instead"
        case .secretIsNotSet(let input, let name):
            return "the input '\(input)' is the secret '\(name)', which is not set any more"
        }
    }
}

extension HostService {
    /// A new run of the same inputs; it begins when it is its turn.
    ///
    /// Throws `ResumptionError`, `RepeatRefusal`, and what `submit` throws.
    ///
    /// - Parameter isPinned: with the files that the run had; else with the flow as it is now.
    package func resume(
        _ run: RunRecord, from node: String, isPinned: Bool, requestedBy: String
    ) async throws -> RunID {
        let current = try isPinned ? nil : servedFlow(of: run)
        while true {
            guard
                let new = try await host.engine.resumption(
                    of: run.id, from: node, with: current, requestedBy: requestedBy)
            else { throw JournalError.noSuchRun(run.id) }
            try requireSecrets(of: new.run, current)
            do throws(JournalError) {
                try await host.journal.createRun(new.run, takingOver: new.taken)
                queue.noticeRun()
                return new.run.id
            } catch {
                guard case .duplicateRun = error else { throw error }
            }
        }
    }

    /// Throws `ReplayError` and `RepeatRefusal`.
    ///
    /// - Parameter script: in the place of the node's own.
    package func replay(
        _ step: StepRecord, of run: RunRecord, isPinned: Bool, script: String?
    ) async throws -> ReplayReport {
        let bundle = try isPinned ? nil : servedFlow(of: run).bundle.pinned
        return try await host.engine.replay(
            step, of: run,
            with: ReplayFiles(bundle: bundle, script: script.map { Array($0.utf8) }))
    }

    private func servedFlow(of run: RunRecord) throws(RepeatRefusal) -> ServedFlow {
        guard let served = flow(run.flow) else { throw .notServed(flow: run.flow) }
        return served
    }

    /// Secrets that were given by name must still be there.
    private func requireSecrets(of run: NewRun, _ current: ServedFlow?) throws(RepeatRefusal) {
        let prefix = "secret:"
        guard let inputs = run.inputs.objectValue else { return }
        let declared = (current ?? flow(run.flow))?.flow.inputs ?? []
        for input in declared where input.type == .secret {
            guard let text = inputs[input.name]?.stringValue, text.hasPrefix(prefix) else {
                continue
            }
            let name = String(text.dropFirst(prefix.count))
            guard let secret = try? SecretName(name), (try? host.secrets.secret(secret)) != nil
            else { throw .secretIsNotSet(input: input.name, name: name) }
        }
    }
}
