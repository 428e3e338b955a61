package struct ProfileName: Sendable, Hashable, CustomStringConvertible, Comparable {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }
    package static func < (left: ProfileName, right: ProfileName) -> Bool { left.text < right.text }
}

package enum ScriptLanguage: String, Sendable, Hashable, CaseIterable {
    case python
    case javascript
}

/// The limits that a profile sets, by the names that outcomes carry.
package enum LimitName: String, Sendable, Hashable, CaseIterable {
    case wallTime = "wall-time"
    case cpuTime = "cpu-time"
    case memory
    case output
    case logs
    case processes
}

package struct ByteCount: Sendable, Hashable, Comparable {
    package let bytes: Int
    package init(_ bytes: Int) { self.bytes = bytes }
    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

/// How much a script may use before it is stopped.
package struct Limits: Sendable, Hashable {
    package var wallTime: Duration
    package var cpuTime: Duration
    package var memory: ByteCount
    /// Bytes of the result frame; its depth is limited to 128 beside that.
    package var output: ByteCount
    /// Bytes of stdout and of stderr, each.
    package var logs: ByteCount
    /// Processes and threads of the script, itself included.
    package var processes: Int
    package init(
        wallTime: Duration, cpuTime: Duration, memory: ByteCount, output: ByteCount,
        logs: ByteCount, processes: Int
    ) {
        self.wallTime = wallTime
        self.cpuTime = cpuTime
        self.memory = memory
        self.output = output
        self.logs = logs
        self.processes = processes
    }
}

/// What the filter answers to a call that the profile does not allow.
package enum RefusalAnswer: Sendable, Hashable {
    /// Recorded, then answered with this errno name: `EPERM`, or `ENOSYS` where libraries probe and
    /// fall back.
    case error(String)
    case kill
}

/// A condition on one register argument of a system call.
package struct ArgumentPredicate: Sendable, Hashable {
    package enum Comparison: Sendable, Hashable {
        case equal(UInt64)
        case notEqual(UInt64)
        case atMost(UInt64)
        case atLeast(UInt64)
        /// `argument & mask == value`
        case masked(mask: UInt64, value: UInt64)
        /// The argument is the script process's own id: 1 in its own process namespace.
        case isOwnProcess
    }
    package let index: Int
    package let comparison: Comparison
    package init(index: Int, comparison: Comparison) {
        self.index = index
        self.comparison = comparison
    }
}

/// One call that scripts may make; every alternative is a conjunction of predicates; an empty one always holds.
package struct Allowance: Sendable, Hashable {
    package let call: String
    package let alternatives: [[ArgumentPredicate]]
    package let reason: String
    package init(call: String, alternatives: [[ArgumentPredicate]], reason: String) {
        self.call = call
        self.alternatives = alternatives
        self.reason = reason
    }
}

/// How a call that scripts may not make is answered; calls without one get EPERM.
package struct Refusal: Sendable, Hashable {
    package let call: String
    /// When it applies, as for an allowance; none = always.
    package let alternatives: [[ArgumentPredicate]]
    package let answer: RefusalAnswer
    /// Answered in the kernel and not recorded, for what honest programs of a runtime do.
    package let isQuiet: Bool
    package let reason: String
    package init(
        call: String, alternatives: [[ArgumentPredicate]] = [], answer: RefusalAnswer,
        isQuiet: Bool = false, reason: String
    ) {
        self.call = call
        self.alternatives = alternatives
        self.answer = answer
        self.isQuiet = isQuiet
        self.reason = reason
    }
}

package enum Requirement: String, Sendable, Hashable {
    case full
    case preferred
    case none
}

/// What a script may do: a profile with everything it extends folded in, for one language.
package struct ResolvedProfile: Sendable, Hashable {
    package var name: ProfileName
    package var language: ScriptLanguage
    /// Whether JavaScript runs in Node.js and not in the embedded engine: it extends `base/node`.
    package var runsNode: Bool
    package var summary: String
    package var limits: Limits
    /// Names of file sets the script may read, such as `runtime-library` and `zoneinfo`.
    package var files: [String]
    package var network: String
    package var allowances: [Allowance]
    package var refusals: [Refusal]
    /// Whether scripts reach anything at all beyond their process.
    package var hasNetwork: Bool { network != "none" }
    /// By layer: `seccomp`, `landlock`, `namespaces`.
    package var requires: [String: Requirement]
    package init(
        name: ProfileName, language: ScriptLanguage, runsNode: Bool = false, summary: String,
        limits: Limits, files: [String], network: String, allowances: [Allowance],
        refusals: [Refusal], requires: [String: Requirement]
    ) {
        self.name = name
        self.language = language
        self.runsNode = runsNode
        self.summary = summary
        self.limits = limits
        self.files = files
        self.network = network
        self.allowances = allowances
        self.refusals = refusals
        self.requires = requires
    }
}
