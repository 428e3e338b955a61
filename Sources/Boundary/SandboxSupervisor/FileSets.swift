import LinuxSystem
import SandboxPolicy

/// What the file sets of a profile are on this host.
///
/// SECURITY: of the folders where a distribution installs packages only the named ones are shown to
/// scripts, never the folder itself: what else the machine has is nobody's business.
struct FileSets: Sendable, Hashable {
    /// Files and folders that scripts can read, absolute.
    private(set) var paths: [String] = []
    /// Packages that a zygote loads before the lock, after which no extension module can be.
    private(set) var modules: [String] = []
    /// What a zygote finds in its environment beside what its language needs.
    private(set) var environment: [String] = []

    private static let optionalAct = "find the modules"

    /// Whether this host lacks modules that only some profiles need, which is no failure of a layer.
    static func isMissing(_ error: SandboxSetupError) -> Bool { error.act == optionalAct }

    /// Throws when the host lacks a set, or there is none of that name.
    ///
    /// `exists` is for tests.
    init(
        of profile: ResolvedProfile, exists: (String) -> Bool = ProcessSurroundings.exists
    ) throws(SandboxSetupError) {
        for name in profile.files {
            guard let set = FileSet(rawValue: name) else {
                throw SandboxSetupError(
                    act: "find the files", profile: profile.name,
                    cause: "no file set is named '\(name)'",
                    hint: "name one of \(FileSet.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let content = Self.content(of: set, for: profile.language)
            for path in content.paths where !exists(path) {
                throw SandboxSetupError(
                    act: set.isOptional ? Self.optionalAct : "find the files",
                    profile: profile.name,
                    cause: "'\(path)' of the set '\(name)' is not there",
                    hint: "install it with 'apt-get install \(content.package)'")
            }
            add(content)
        }
    }

    /// Sets may share a path or a package.
    private mutating func add(_ content: Content) {
        paths += content.paths.filter { !paths.contains($0) }
        modules += content.modules.filter { !modules.contains($0) }
        environment += content.environment.filter { !environment.contains($0) }
    }

    private struct Content {
        var paths: [String] = []
        var modules: [String] = []
        var environment: [String] = []
        /// The Debian package that installs it.
        var package = ""
    }

    /// JavaScriptCore is wholly in memory once it has started, and needs no file.
    private static func content(of set: FileSet, for language: ScriptLanguage) -> Content {
        guard language == .python else { return Content() }
        return switch set {
        case .runtimeLibrary:
            Content(paths: ["/usr/lib/python3.11"], package: "libpython3.11-stdlib")
        case .zoneinfo: Content(paths: ["/usr/share/zoneinfo"], package: "tzdata")
        case .certificates:
            Content(
                paths: ["/etc/ssl/certs/ca-certificates.crt"], package: "ca-certificates")
        case .httpClients:
            Content(
                paths: clients.map { "\(distribution)/\($0)" },
                modules: clients.map { $0 == "six.py" ? "six" : $0 },
                environment: ["MALLOC_ARENA_MAX=1"],
                package: "python3-requests python3-httpx")
        case .numpy:
            Content(
                paths: ["\(distribution)/numpy"], modules: ["numpy"], environment: oneThread,
                package: "python3-numpy")
        case .pandas:
            Content(
                paths: ["pandas", "dateutil", "pytz", "six.py"].map { "\(distribution)/\($0)" },
                modules: ["six", "dateutil", "pytz", "pandas"], environment: oneThread,
                package: "python3-pandas")
        }
    }

    /// Each after those that it needs.
    private static let clients = [
        "six.py", "certifi", "chardet", "charset_normalizer", "idna", "urllib3", "requests", "h11",
        "sniffio",
        "rfc3986", "anyio", "httpcore", "httpx",
    ]

    private static let distribution = "/usr/lib/python3/dist-packages"

    /// Linear algebra in one thread, for a zygote with several cannot fork; and one arena of memory for
    /// all threads, for each further one takes 64 MiB of addresses, which the memory limit counts.
    private static let oneThread = [
        "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "MALLOC_ARENA_MAX=1",
    ]
}
