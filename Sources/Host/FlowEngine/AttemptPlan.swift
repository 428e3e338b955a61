internal import FlowModel
internal import JSONValue
internal import Journal

/// What one try at a step does, and what follows when a process dies in the middle of it.
struct AttemptPlan: Sendable {
    /// What to do with a try that was in flight when its process died.
    enum Recovery: Sendable {
        /// It had no effect, or only read: try again.
        case runAgain
        /// Ask the service whether the effect happened.
        case lookUp
        /// It may have had an effect that nobody can look up: a person decides.
        case askPerson(reason: String)
        /// A sub-flow: the same try goes on, its own steps know where they stand.
        case goOn
    }

    var input: JSON?
    var mark: String?
    var recovery: Recovery
    /// Beyond the node's `timeout`: leaves the executor the time to say itself that it was too long.
    var grace: Duration
    /// What is looked up, and what is executed; nil for a sub-flow.
    var work: StepWork?
    /// A person's word for exactly this.
    var approval: StepApproval?
    /// What a model may call.
    var callTool: (@Sendable (ToolCall) async throws -> ToolAnswer)?
    /// False for a tool, which runs inside the slot of the model that calls it.
    var takesSlot = true
    /// Tries that this process made before at the same place: a tool can be called there again.
    var triesBefore = 0
    /// For a sub-flow.
    var runNested: (@Sendable (_ number: Int) async throws -> StepReport)?
    /// Says that the sub-flow's steps, when they are cancelled now, are over for good.
    var stopNested: (@Sendable () -> Void)?

    /// Whether the beginning of a try must be durable before it begins.
    var mustBeKnown: Bool {
        switch recovery {
        case .runAgain, .goOn: false
        case .lookUp, .askPerson: true
        }
    }

    /// Whether a try that was cut off may simply be made again.
    var isSafeToRepeat: Bool {
        switch recovery {
        case .runAgain, .goOn: true
        case .lookUp: mark != nil
        case .askPerson: false
        }
    }
}

/// How far the tries at a step have come.
struct AttemptProgress: Sendable {
    /// Of the last try.
    var number: Int
    /// Failures since the last success; what `retry` counts.
    var failures: Int
    /// Tries that returned, what `repeat` counts.
    var repetitions: Int
    /// Whether a try that failed may have had its effect.
    ///
    /// What was tried before a restart counts so, since the journal does not say.
    var isInDoubt: Bool
    var inFlight: AttemptRecord?
    /// When the next try begins.
    var wakesAt: Moment?

    init(_ record: StepRecord?) {
        let attempts = record?.attempts ?? []
        number = attempts.last?.number ?? 0
        repetitions = attempts.count { $0.outcome == "returned" }
        failures = attempts.reversed().prefix { $0.outcome != "returned" }
            .count { $0.outcome != nil && $0.outcome != AttemptEnding.lost }
        isInDoubt = failures > 0
        inFlight = attempts.last { $0.endedAt == nil }
        wakesAt = record?.waitsFor == .timer ? record?.wakesAt : nil
    }
}

extension AttemptEnding {
    /// The word for a try whose process died; its end was never seen.
    static let lost = "lost"
}

extension RetryRule {
    /// Whether a try that failed so is made again.
    func covers(_ failure: StepFailure, isRetryable: Bool) -> Bool {
        guard let on else { return isRetryable }
        return on.contains(failure.kind) || failure.status.map { on.contains(String($0)) } ?? false
    }

    /// The wait doubles from try to try up to five minutes, spread by a quarter either way so that
    /// many steps that failed together do not come back together.
    func wait(afterFailure count: Int, chance: Double, retryAfter: Duration?) -> Duration {
        let longest = max(wait, .seconds(300))
        let factor = Double(1 << min(max(count - 1, 0), 16))
        let spread = min(wait * factor, longest) * (0.75 + chance / 2)
        return max(spread, retryAfter ?? .zero)
    }
}
