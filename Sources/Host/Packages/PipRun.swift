internal import LinuxSystem

/// Where packages come from and how it is reached.
package struct PackageIndex: Sendable, Hashable {
    /// Of a simple index (PEP 503); nil: what pip is configured to use on this machine.
    package var url: String?
    package var proxy: String?
    /// Absolute path of certificates (PEM) that are trusted beside the system's.
    package var certificates: String?
    /// Variables of pip's own that its caller's environment sets.
    package var variables: [String: String]

    package init(
        url: String? = nil, proxy: String? = nil, certificates: String? = nil,
        variables: [String: String] = Self.ownVariables()
    ) {
        self.url = url
        self.proxy = proxy
        self.certificates = certificates
        self.variables = variables
    }

    /// The variables that reach pip, and no others do.
    private static let passed = [
        "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_PROXY",
        "PIP_CERT", "PIP_CLIENT_CERT", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT", "PIP_TIMEOUT",
        "PIP_RETRIES", "PIP_CONFIG_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    ]

    package static func ownVariables() -> [String: String] {
        passed.reduce(into: [:]) { all, name in
            all[name] = ProcessSurroundings.environment(name)
        }
    }
}

/// Runs Debian's pip, which downloads wheels and unpacks them, and runs nothing of what is in them.
struct PipRun {
    /// The interpreter that the zygotes embed: wheels are chosen for it.
    static let interpreter = "/usr/bin/python3.11"
    static let version = "3.11"

    /// The folder that it works in; also its HOME.
    let folder: String
    let log: Channel
    let index: PackageIndex
    let deadline: MonotonicInstant

    // SECURITY: pip would build a package that comes as source, and ask git and the like; all of them
    // are programs that it starts, and it can start none.
    private static let guarded = """
        import os, runpy, sys
        STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
                  "os.forkpty", "pty.spawn"}
        def refuse(event, arguments):
            if event in STARTS:
                raise PermissionError("no program is started while packages are installed")
        sys.addaudithook(refuse)
        os.umask(0o022)
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
        """

    /// Wheels of everything that `requirements` asks for, and of what those need.
    ///
    /// - Parameter pure: only wheels without machine code, which fit every system.
    func download(
        _ requirements: String, to wheels: String, pure: Bool
    ) async throws -> Bool {
        var words = [
            "download", "--requirement", requirements, "--dest", wheels, "--only-binary", ":all:",
        ]
        if pure {
            words += [
                "--platform", "any", "--implementation", "py", "--abi", "none", "--python-version",
                Self.version,
            ]
        }
        if let url = index.url { words += ["--index-url", url] }
        if let proxy = index.proxy { words += ["--proxy", proxy] }
        if index.certificates != nil { words += ["--cert", "\(folder)/certificates.pem"] }
        // Without any, pip does not say that it could not connect.
        if [nil, "0"].contains(index.variables["PIP_RETRIES"]) { words += ["--retries", "1"] }
        if index.variables["PIP_TIMEOUT"] == nil, index.variables["PIP_DEFAULT_TIMEOUT"] == nil {
            words += ["--timeout", "20"]
        }
        return try await run(words, offline: false)
    }

    /// Unpacks exactly the wheels that `lock` names with their digests.
    func unpack(_ lock: String, from wheels: String, into target: String) async throws -> Bool {
        try await run(
            [
                "install", "--requirement", lock, "--require-hashes", "--no-index", "--find-links",
                wheels, "--only-binary", ":all:", "--no-deps", "--no-compile", "--target", target,
                "--no-warn-script-location", "--root-user-action", "ignore",
            ], offline: true)
    }

    /// Whether it ended well; what it said is in the log.
    private func run(_ words: [String], offline: Bool) async throws -> Bool {
        let common = ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--no-color"]
        let bar = ["--progress-bar", "off"]
        let request = SpawnRequest(
            path: "/usr/bin/setpriv",
            arguments: [
                // It ends with this process, gets no right that this process lacks, and cannot fill the
                // memory or a disk by one file.
                "setpriv", "--pdeathsig", "KILL", "--no-new-privs",
                "/usr/bin/prlimit", "--as=4294967296", "--fsize=1073741824", "--core=0",
                Self.interpreter, "-I", "-c", Self.guarded, words[0],
            ] + common + bar + words.dropFirst(),
            environment: environment(offline: offline))
        let end: ProcessExit.End?
        do {
            end = try await request.run(logging: log, in: folder, until: deadline)
        } catch {
            throw PackageError(
                "cannot start pip: \(error); install Debian's python3-pip (scripts/setup does)",
                cause: .host)
        }
        guard let end else {
            throw PackageError(
                "pip did not end in time; set PIP_INDEX_URL to an index that answers, and try again",
                cause: .host)
        }
        return end == .status(0)
    }

    private func environment(offline: Bool) -> [String] {
        var variables = [
            "PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "TMPDIR": folder,
        ]
        if offline {
            variables["PIP_CONFIG_FILE"] = "/dev/null"
        } else {
            variables.merge(index.variables) { own, _ in own }
        }
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The system's certificates and those of the configuration, for pip takes only one file.
    func writeCertificates() throws {
        guard let extra = index.certificates else { return }
        let system = try UserFiles.read("/etc/ssl/certs/ca-certificates.crt", limit: 16 << 20)
        let own = try UserFiles.read(extra, limit: 16 << 20)
        try FolderTree.write(system + [10] + own, to: "\(folder)/certificates.pem")
    }
}
