package import JSONValue
package import SandboxPolicy

/// How one attempt at a step ended.
///
/// Everything that a script or a remote service can do to the attempt is here; only what the host
/// itself could not do is thrown, and then no line of a script has run.
package enum StepOutcome: Sendable, Hashable {
    case returned(JSON)
    case raised(RaisedError)
    /// Killed by policy for this call.
    case refused(Denial)
    case exceeded(LimitName)
    case crashed(signal: Int32)
    case cancelled

    /// The word of the outcome: one of six, as `sluice exec --json` prints it.
    package var word: String {
        switch self {
        case .returned: "returned"
        case .raised: "raised"
        case .refused: "refused"
        case .exceeded: "exceeded"
        case .crashed: "crashed"
        case .cancelled: "cancelled"
        }
    }
}

/// An error that a script raised, or that a connector's service answered.
package struct RaisedError: Sendable, Hashable {
    /// The exception's class for scripts; for connectors a kind such as `http-status`, `timeout`.
    package var type: String
    package var message: String
    /// Line of the script's own file, from 1.
    package var line: Int?
    package var traceback: String?
    /// HTTP status, for connectors.
    package var status: Int?
    /// Whether trying again can help.
    ///
    /// Never true for an error of a script's own.
    package var isRetryable: Bool
    /// What the service asked for (`Retry-After`).
    package var retryAfter: Duration?

    package init(
        type: String, message: String, line: Int? = nil, traceback: String? = nil,
        status: Int? = nil, isRetryable: Bool = false, retryAfter: Duration? = nil
    ) {
        self.type = type
        self.message = message
        self.line = line
        self.traceback = traceback
        self.status = status
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
    }
}

/// A system call that the profile does not allow, and how often it was tried.
package struct Denial: Sendable, Hashable {
    package var syscall: String
    /// In words where they are known: `AF_INET`, `SOCK_STREAM`; else hexadecimal registers.
    package var arguments: [String]
    /// A sentence for the author: *opened a network socket (…); profile `pure` has no network*.
    package var meaning: String
    package var count: Int
    package init(syscall: String, arguments: [String], meaning: String, count: Int) {
        self.syscall = syscall
        self.arguments = arguments
        self.meaning = meaning
        self.count = count
    }
}

/// What an attempt used.
package struct Usage: Sendable, Hashable {
    package var wallTime: Duration
    package var cpuTime: Duration
    package var peakMemory: ByteCount
    package init(wallTime: Duration, cpuTime: Duration, peakMemory: ByteCount) {
        self.wallTime = wallTime
        self.cpuTime = cpuTime
        self.peakMemory = peakMemory
    }
}

/// An outcome with everything that was captured beside it.
package struct StepReport: Sendable, Hashable {
    package var outcome: StepOutcome
    package var standardOutput: String
    package var standardError: String
    package var denials: [Denial]
    /// Nil for connector steps.
    package var usage: Usage?
    /// Nil for connector steps, and for scripts that were cancelled before they had a process.
    package var layers: HeldLayers?
    /// Nil for Python and for connector steps.
    package var runtime: RuntimeChoice?
    package init(
        outcome: StepOutcome, standardOutput: String = "", standardError: String = "",
        denials: [Denial] = [], usage: Usage? = nil, layers: HeldLayers? = nil,
        runtime: RuntimeChoice? = nil
    ) {
        self.outcome = outcome
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.denials = denials
        self.usage = usage
        self.layers = layers
        self.runtime = runtime
    }
}
