internal import FlowModel
internal import JSONValue
internal import Synchronization

/// One operation under way: what a connector gets.
struct OperationCall: Sendable {
    let operation: String
    /// Checked against the operation's schema, with nulls for optional arguments taken out.
    var arguments: JSONObject
    /// What stood in its credential arguments, opened.
    var credentials = OperationCredentials()
    let work: OperationWork
    let origin: CallOrigin
    let deadline: ContinuousClock.Instant
    let callTool: (@Sendable (ToolCall) async throws -> ToolAnswer)?
    let log: OperationLog

    var run: String { origin.run }

    /// Time left, at most `longest`; an error when there is none.
    func remaining(atMost longest: Duration) throws(ConnectorFailure) -> Duration {
        let left = deadline - .now
        guard left > .zero else {
            throw ConnectorFailure(
                .timeout, "\(operation): the step's time is over", isRetryable: false)
        }
        return min(left, longest)
    }
}

/// What a step shows of its exchanges: one line each, never a body.
final class OperationLog: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) {
        lines.withLock { lines in
            if lines.count < 1000 { lines.append(line) }
        }
    }

    var text: String {
        lines.withLock { $0.isEmpty ? "" : $0.joined(separator: "\n") + "\n" }
    }
}
