import FlowModel
import JSONValue
import Synchronization

/// Answers attempts as the test says and remembers them.
final class ScriptedExecutor: StepExecutor {
    typealias Answer = @Sendable (StepAttempt) async throws -> StepReport

    private let answer: Answer
    private let lookUp: @Sendable (StepAttempt) async throws -> EffectLookUp
    private let seen = Mutex<[StepAttempt]>([])
    private let asked = Mutex<[StepAttempt]>([])

    init(
        lookUp: @escaping @Sendable (StepAttempt) async throws -> EffectLookUp = { _ in .absent },
        answer: @escaping Answer
    ) {
        self.answer = answer
        self.lookUp = lookUp
    }

    func execute(_ attempt: StepAttempt) async throws -> StepReport {
        seen.withLock { $0.append(attempt) }
        return try await answer(attempt)
    }

    func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp {
        asked.withLock { $0.append(attempt) }
        return try await lookUp(attempt)
    }

    var attempts: [StepAttempt] { seen.withLock { $0 } }
    var lookUps: [StepAttempt] { asked.withLock { $0 } }

    /// Node names, with the item's key after a colon, in the order in which attempts began.
    var order: [String] {
        attempts.map { attempt in attempt.itemKey.map { "\(attempt.node):\($0)" } ?? attempt.node }
    }

    func attempts(of node: String) -> [StepAttempt] { attempts.filter { $0.node == node } }
}

extension StepReport {
    static func returned(_ value: JSON, logs: String = "") -> StepReport {
        StepReport(outcome: .returned(value), standardOutput: logs)
    }

    static func raised(
        _ type: String, retryable: Bool = false, status: Int? = nil, retryAfter: Duration? = nil
    ) -> StepReport {
        StepReport(
            outcome: .raised(
                RaisedError(
                    type: type, message: "\(type) happened", status: status,
                    isRetryable: retryable, retryAfter: retryAfter)))
    }
}

extension StepAttempt {
    /// A script's input or an operation's arguments.
    var input: JSON {
        switch work {
        case .script(let script): script.input
        case .operation(let operation): operation.arguments
        }
    }

    var mark: String? {
        guard case .operation(let operation) = work else { return nil }
        return operation.mark
    }
}
