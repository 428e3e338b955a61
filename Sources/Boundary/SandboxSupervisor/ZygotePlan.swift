import EgressBroker
import LinuxSystem
import SandboxPolicy
import SeccompFilters

/// Everything about a profile that its zygotes need, worked out once.
struct ZygotePlan: Sendable {
    let profile: ResolvedProfile
    let executable: String
    let files: FileSets
    /// Of Python alone.
    let library: LoadedLibrary
    /// The way out of a profile with a network.
    let broker: EgressBroker?
    /// What scripts can read, the program first where a profile runs one.
    let binds: [(path: String, use: BindUse)]
    /// With a pid namespace, where a script is number 1.
    private let inNamespace: CompiledProfile
    /// Without one: which number a script may signal is known to the supervisor alone.
    private let onFloor: CompiledProfile
    private let expectsFewRuns: Bool

    init(
        profile: ResolvedProfile, library: LoadedLibrary,
        configuration: SupervisorConfiguration,
        broker: EgressBroker? = nil
    ) throws(SandboxSetupError) {
        self.profile = profile
        self.library = library
        self.broker = broker
        expectsFewRuns = configuration.expectsFewRuns
        inNamespace = try ProfileCompiler.compile(profile, ownProcess: 1)
        onFloor = try ProfileCompiler.compile(profile, ownProcess: nil)
        let name = profile.runsNode ? "node" : profile.language.rawValue
        executable = "\(configuration.executablesFolder)/zygote-\(name)"
        files = try FileSets(of: profile)
        let own = files.paths.map { (path: $0, use: BindUse.reading) }
        binds =
            profile.runsNode
            ? try NodeProgram(at: configuration.nodeProgram, for: profile.name).binds + own : own
    }

    /// All that a zygote finds in its environment.
    ///
    /// One thread and no generated code in JavaScriptCore. Symbols are bound before the first fork, as far
    /// as there will be many: otherwise every script process would look up the same ones.
    var environment: [String] {
        let common =
            ["LANG=C.UTF-8", "TZ=UTC"] + files.environment
            + [expectsFewRuns ? "SLUICE_FEW_RUNS=1" : "LD_BIND_NOW=1"]
        switch profile.language {
        case .python: return common + ["SLUICE_LIBRARY=\(library.rawValue)"]
        case .javascript:
            return common + [
                "JSC_useJIT=0", "JSC_useWasm=0", "JSC_useConcurrentGC=0",
                "JSC_numberOfGCMarkers=1", "Malloc=1",
            ]
        }
    }

    /// Whether scripts may start threads.
    var hasThreads: Bool { inNamespace.hasThreads }

    /// What to do about a call that the filter stopped in a running script.
    func answer(to call: SeccompNotification) -> CallAnswer {
        inNamespace.answer(to: UInt32(bitPattern: call.call), arguments: call.arguments)
    }

    /// What scripts see of installed packages: the filter decides whether a shared library can be
    /// mapped, and only then the mount lets it.
    var packageSight: PackageSight {
        // PROT_READ|PROT_EXEC and MAP_PRIVATE of mmap(2).
        let (readAndRun, privately): (UInt64, UInt64) = (1 | 4, 2)
        guard let mmap = SystemCalls.number(of: "mmap") else { return .pythonOnly }
        let verdict = inNamespace.filter.evaluate(
            call: mmap, arguments: [0, 4096, readAndRun, privately, 4, 0])
        return verdict == .allow ? .compiled : .pythonOnly
    }

    /// The one filter, for zygote and scripts alike: the script's own list.
    ///
    /// A test that leaves out seccomp gets one that only tells when a script is ready and ends.
    func filter(leavingOut leftOut: Set<SandboxLayer>) throws(SandboxSetupError) -> SeccompFilter {
        guard leftOut.contains(.seccomp) else {
            return leftOut.contains(.namespaces) ? onFloor.filter : inNamespace.filter
        }
        do {
            return try SeccompFilter.compile(
                defaultAction: .allow,
                rules: ["sched_rr_get_interval", "exit_group"].map {
                    FilterRule(call: $0, conditions: [], action: .notify)
                } + [NodeStart.readyRule])
        } catch {
            throw SandboxSetupError(
                act: "compile the filter", profile: profile.name, cause: "\(error)")
        }
    }
}
