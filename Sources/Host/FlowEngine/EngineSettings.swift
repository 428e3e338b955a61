package import FlowModel
package import Journal
package import SandboxPolicy

/// What keeps a run within bounds, whatever its flow says.
package struct RunLimits: Sendable, Hashable {
    /// Steps of one run, items and sub-flows counted one by one.
    package var steps: Int
    /// How long a run may be driven; the time it is parked does not count.
    package var activeTime: Duration
    /// Sub-flows inside sub-flows.
    package var nesting: Int
    /// Attempts of one kind, scripts or operations, under way at once over all runs of this engine.
    package var attemptsAtOnce: Int
    /// Scripts under way at once, where that is less.
    package var scriptsAtOnce: Int
    /// Attempts of one kind beyond that, each of a flow that has none under way.
    package var placesForNewcomers: Int
    /// Items of a `for-each` under way at once when the node does not say.
    package var itemsAtOnce: Int

    package init(
        steps: Int = 10_000, activeTime: Duration = .seconds(24 * 3600), nesting: Int = 8,
        attemptsAtOnce: Int = 64, scriptsAtOnce: Int = 64, placesForNewcomers: Int = 0,
        itemsAtOnce: Int = 8
    ) {
        self.steps = steps
        self.activeTime = activeTime
        self.nesting = nesting
        self.attemptsAtOnce = attemptsAtOnce
        self.scriptsAtOnce = scriptsAtOnce
        self.placesForNewcomers = placesForNewcomers
        self.itemsAtOnce = itemsAtOnce
    }

    /// Scripts that may be under way at once, newcomers counted.
    package var mostScripts: Int { min(scriptsAtOnce, attemptsAtOnce) + placesForNewcomers }
}

/// Who runs the two kinds of attempts.
package struct StepExecutors: Sendable {
    package var scripts: any StepExecutor
    package var operations: any StepExecutor

    package init(scripts: any StepExecutor, operations: any StepExecutor) {
        self.scripts = scripts
        self.operations = operations
    }

    func executor(of work: StepWork) -> any StepExecutor {
        switch work {
        case .script: scripts
        case .operation: operations
        }
    }
}

/// What makes an effect the same effect: the subject of a mark.
package struct MarkSubject: Sendable, Hashable {
    package var flow: String
    package var node: String
    package var itemKey: String?
    /// The evaluated `once`: its text, or compact JSON.
    package var once: String

    package init(flow: String, node: String, itemKey: String?, once: String) {
        self.flow = flow
        self.node = node
        self.itemKey = itemKey
        self.once = once
    }
}

/// What the engine must be told by the host that it works for.
package struct EngineSettings: Sendable {
    /// Reads the flows of a bundle, by name, from its pinned bytes.
    ///
    /// Throws when they cannot be used,
    /// because of a fault or because the host no longer grants what they need.
    package var openBundle: @Sendable (PinnedBundle) throws -> [String: Flow]
    /// Keyed by the host (HMAC), so that nobody else can make a mark.
    package var makeMark: @Sendable (MarkSubject) -> String
    /// Whether scripts of the profile can have effects outside, and so are not simply run again.
    package var hasNetwork: @Sendable (ProfileName) -> Bool
    /// Seals what secret inputs are given in clear; nil: they take nothing but `secret:NAME`.
    package var sealing: (any SecretSealing)?
    /// Where people see an approval; nil: nobody can, and no question is sent to them.
    package var approvalAddress: (@Sendable (RunID, StepPath) -> String)?
    package var limits: RunLimits
    /// How often a driver looks for what other processes ask of its run; nil: never.
    package var controlInterval: Duration?
    /// A run whose timers are all further away than this is parked; nil: never because of a timer.
    package var parksTimersBeyond: Duration?
    package var clock: any EngineClock
    /// Hears what happens, for figures and traces.
    package var observer: (any EngineObserver)?
    /// Between 0 and 1: spreads retries.
    ///
    /// Tests bring a constant.
    package var chance: @Sendable () -> Double

    package init(
        openBundle: @escaping @Sendable (PinnedBundle) throws -> [String: Flow],
        makeMark: @escaping @Sendable (MarkSubject) -> String,
        hasNetwork: @escaping @Sendable (ProfileName) -> Bool,
        sealing: (any SecretSealing)? = nil,
        approvalAddress: (@Sendable (RunID, StepPath) -> String)? = nil,
        limits: RunLimits = RunLimits(), controlInterval: Duration? = .seconds(1),
        parksTimersBeyond: Duration? = nil, clock: any EngineClock = WallClock(),
        observer: (any EngineObserver)? = nil,
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.openBundle = openBundle
        self.makeMark = makeMark
        self.hasNetwork = hasNetwork
        self.sealing = sealing
        self.approvalAddress = approvalAddress
        self.limits = limits
        self.controlInterval = controlInterval
        self.parksTimersBeyond = parksTimersBeyond
        self.clock = clock
        self.observer = observer
        self.chance = chance
    }
}
