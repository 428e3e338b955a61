internal import Connectors
internal import FlowModel
internal import Journal
internal import Synchronization

/// What the host's configuration says, and the connectors that work by it; taken anew as a whole.
///
/// An attempt that is under way goes on with the connectors that it began with.
final class HostSettings: StepExecutor {
    private struct State {
        var library: FlowLibrary
        var operations: OperationExecutor
        /// Of every secret since the host started: what goes on may still say an old one.
        var redactor: Redactor
    }

    private let state: Mutex<State>
    /// Connectors as a configuration has them.
    let makeOperations: @Sendable (HostConfiguration) throws -> OperationExecutor

    init(
        _ library: FlowLibrary, _ configuration: HostConfiguration,
        makeOperations: @escaping @Sendable (HostConfiguration) throws -> OperationExecutor
    ) throws {
        self.makeOperations = makeOperations
        let operations = try makeOperations(configuration)
        state = Mutex(
            State(library: library, operations: operations, redactor: operations.redactor))
    }

    var library: FlowLibrary { state.withLock { $0.library } }
    var operations: OperationExecutor { state.withLock { $0.operations } }

    var redaction: Redaction {
        Redaction { text in self.state.withLock { $0.redactor }.redact(text) }
    }

    func replace(_ library: FlowLibrary, _ operations: OperationExecutor) {
        state.withLock { state in
            state.library = library
            state.operations = operations
            state.redactor = state.redactor.joined(with: operations.redactor)
        }
    }

    // MARK: StepExecutor

    func execute(_ attempt: StepAttempt) async throws -> StepReport {
        try await operations.execute(attempt)
    }

    func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp {
        try await operations.lookUpEffect(of: attempt)
    }

    func risk(of attempt: StepAttempt) async -> OperationRisk {
        await operations.risk(of: attempt)
    }
}
