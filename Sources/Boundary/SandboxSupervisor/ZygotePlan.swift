import LinuxSystem
import SandboxPolicy
import SeccompFilters

/// Everything about a profile that its zygotes need, worked out once.
struct ZygotePlan: Sendable {
    let profile: ResolvedProfile
    let executable: String
    /// Paths that scripts can read.
    let binds: [String]
    /// With a pid namespace, where a script is number 1.
    private let inNamespace: CompiledProfile
    /// Without one: which number a script may signal is known to the supervisor alone.
    private let onFloor: CompiledProfile

    init(
        profile: ResolvedProfile, configuration: SupervisorConfiguration
    ) throws(SandboxSetupError) {
        self.profile = profile
        inNamespace = try ProfileCompiler.compile(profile, ownProcess: 1)
        onFloor = try ProfileCompiler.compile(profile, ownProcess: nil)
        executable = "\(configuration.executablesFolder)/zygote-\(profile.language.rawValue)"
        var binds: [String] = []
        for set in profile.files {
            guard let paths = Self.paths(of: set, for: profile.language) else {
                throw SandboxSetupError(
                    act: "find the files", profile: profile.name,
                    cause: "no file set is named '\(set)'",
                    hint: "name runtime-library or zoneinfo")
            }
            binds += paths
        }
        self.binds = binds
    }

    /// The paths of a named set; JavaScriptCore is wholly in memory once it has started.
    private static func paths(of set: String, for language: ScriptLanguage) -> [String]? {
        switch (set, language) {
        case ("runtime-library", .python): ["/usr/lib/python3.11"]
        case ("runtime-library", .javascript): []
        case ("zoneinfo", .python): ["/usr/share/zoneinfo"]
        case ("zoneinfo", .javascript): []
        default: nil
        }
    }

    /// All that a zygote finds in its environment.
    ///
    /// One thread and no generated code in JavaScriptCore.
    static func environment(for language: ScriptLanguage) -> [String] {
        let common = ["LANG=C.UTF-8", "TZ=UTC"]
        switch language {
        case .python: return common
        case .javascript:
            return common + [
                "JSC_useJIT=0", "JSC_useWasm=0", "JSC_useConcurrentGC=0",
                "JSC_numberOfGCMarkers=1", "Malloc=1",
            ]
        }
    }

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
                rules: ["lookup_dcookie", "exit_group"].map {
                    FilterRule(call: $0, conditions: [], action: .notify)
                })
        } catch {
            throw SandboxSetupError(
                act: "compile the filter", profile: profile.name, cause: "\(error)")
        }
    }
}
