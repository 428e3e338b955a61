package import LinuxSystem
package import SandboxPolicy

/// A layer of the box that a host may lack, or that a test leaves out to show what it is worth.
package enum SandboxLayer: String, Sendable, Hashable, CaseIterable {
    /// User, mount, net, ipc, uts, cgroup and pid namespaces, and the private root.
    case namespaces
    case landlock
    /// That refused calls are refused. The supervisor still learns when a script is ready and ends.
    case seccomp
    /// setrlimit(2); deadlines of the supervisor remain.
    case limits
}

/// How scripts are run on this host.
package struct SupervisorConfiguration: Sendable {
    /// Where `zygote-python` and `zygote-javascript` are.
    package var executablesFolder: String
    /// The program of Node.js; nil: where distributions install it.
    package var nodeProgram: String?
    /// The profile of this name for scripts in this language, or why there is none.
    package var profile: @Sendable (ProfileName, ScriptLanguage) throws -> ResolvedProfile
    /// Script processes that every zygote keeps ready.
    package var childrenPerZygote: Int
    /// Scripts that run at once; more wait in order of arrival.
    package var parallelRuns: Int
    /// A zygote is replaced after this many scripts.
    package var runsPerZygote: Int
    /// A zygote is replaced at this age.
    package var zygoteAge: Duration
    /// How long a zygote may take until it is ready to fork.
    package var startLimit: Duration
    /// A zygote that no script asked for during this time is stopped.
    package var idleTime: Duration
    /// Tenants whose zygotes stay, however long no script asks for them.
    package var lastingTenants: Set<String> = []
    /// Whether even a layer that the profile requires may be missing, seccomp excepted.
    ///
    /// One that it only prefers always may. What is missing is told by `SandboxSupervisor.layers`.
    package var allowsDegraded: Bool
    /// Where the control groups of scripts are made.
    package var groups: GroupPlacement
    /// For who runs a script or two: nothing is prepared that only many runs are quicker by.
    package var expectsFewRuns = false {
        didSet { if expectsFewRuns { childrenPerZygote = 1 } }
    }
    /// For tests: layers to leave out although the host has them.
    package var leftOut: Set<SandboxLayer>
    /// How scripts of profiles with a network get out.
    package var egress = ScriptEgress()
    /// Whether what zygotes write to their error output is shown; for those who build runners.
    package var showsZygoteErrors: Bool
    /// Told of every run when its process is gone, on the lane's thread; must not wait.
    package var observeRun: (@Sendable (RunTimeline) -> Void)?

    package init(
        executablesFolder: String,
        childrenPerZygote: Int = 4, parallelRuns: Int = 8, runsPerZygote: Int = 5000,
        zygoteAge: Duration = .seconds(600), idleTime: Duration = .seconds(60),
        startLimit: Duration = .seconds(20),
        allowsDegraded: Bool = false, groups: GroupPlacement = .automatic,
        leftOut: Set<SandboxLayer> = [],
        showsZygoteErrors: Bool = false,
        profile: @escaping @Sendable (ProfileName, ScriptLanguage) throws -> ResolvedProfile
    ) {
        self.executablesFolder = executablesFolder
        self.profile = profile
        self.childrenPerZygote = max(1, childrenPerZygote)
        self.parallelRuns = max(1, parallelRuns)
        self.runsPerZygote = max(1, runsPerZygote)
        self.zygoteAge = zygoteAge
        self.idleTime = idleTime
        self.startLimit = startLimit
        self.allowsDegraded = allowsDegraded
        self.groups = groups
        self.leftOut = leftOut
        self.showsZygoteErrors = showsZygoteErrors
    }

    /// The folder of the running program, where the build puts the zygotes too.
    package static func ownFolder() throws(Errno) -> String {
        try CurrentProcess.executableFolder()
    }
}
