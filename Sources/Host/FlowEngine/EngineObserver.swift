package import JSONValue
package import Journal
package import LinuxSystem
package import SandboxPolicy

/// Hears what an engine does, for figures and traces.
///
/// It is called in the midst of the work: it must be quick, must not wait, and cannot fail. What flows
/// read and write is not told.
package protocol EngineObserver: Sendable {
    /// The engine drives the run from now on, for the first time or again.
    func runBegan(_ run: ObservedRun)
    func attemptEnded(_ attempt: ObservedAttempt, of run: ObservedRun)
    /// The step is over for good, and that is durable.
    func stepEnded(_ step: ObservedStep, of run: ObservedRun)
    /// The engine drives the run no longer; nil: it was broken off, and goes on some other time.
    func runLeft(_ run: ObservedRun, _ settlement: RunSettlement?)
}

/// A run while an engine drives it.
package final class ObservedRun: Sendable {
    package let id: RunID
    package let flow: String
    /// For the trace that it continues; whatever else stands in it came from outside.
    package let trigger: JSON
    package let createdAt: Moment
    /// When it was first driven; nil: it is now.
    package let startedAt: Moment?
    package let drivenAt: Moment

    init(_ run: RunRecord, at now: Moment) {
        id = run.id
        flow = run.flow
        trigger = run.trigger
        createdAt = run.createdAt
        startedAt = run.startedAt
        drivenAt = now
    }
}

/// One try at a step, after its end.
package struct ObservedAttempt: Sendable {
    package enum Work: Sendable, Hashable {
        case script(ScriptLanguage, ProfileName)
        case operation(String, connection: String?)
        /// A sub-flow: its steps are observed by themselves.
        case flow
    }

    package var step: StepIdentity
    package var number: Int
    package var work: Work
    /// When it was ready to run, and when there was a place for it.
    package var askedAt: MonotonicInstant
    package var begunAt: MonotonicInstant
    package var endedAt: MonotonicInstant
    /// Its `outcome` is one of the six words, or `host`.
    package var ending: AttemptEnding
}

package struct ObservedStep: Sendable {
    package var step: StepIdentity
    package var state: StepState
    /// The kind of its failure, nil when it has none.
    package var failure: String?
    /// When it began, as the journal has it from an earlier drive; nil: `begunAt` tells.
    package var startedAt: Moment?
    package var begunAt: MonotonicInstant
    package var endedAt: MonotonicInstant
}
