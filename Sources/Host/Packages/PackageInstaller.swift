internal import Cryptography
internal import FlowModel
internal import JSONValue
internal import LinuxSystem

/// Turns a requirements file into an environment.
///
/// Everything happens in a folder of its own; only when all of it worked is the environment given its
/// name and `current` pointed to it. Whatever stops it before, what was installed stays in use.
package struct PackageInstaller: Sendable {
    let store: PackageStore
    let index: PackageIndex
    let run: BoxedScript
    /// Digests that unfinished runs are pinned to.
    let pinned: Set<String>
    /// Most that one environment may take on the disk, bytes.
    let sizeLimit: Int
    /// How long pip may take.
    let timeLimit: Duration

    package init(
        store: PackageStore, index: PackageIndex, pinned: Set<String>, sizeLimit: Int = 1 << 30,
        timeLimit: Duration = .seconds(1800), run: @escaping BoxedScript
    ) {
        self.store = store
        self.index = index
        self.pinned = pinned
        self.sizeLimit = sizeLimit
        self.timeLimit = timeLimit
        self.run = run
    }

    package struct Result: Sendable {
        package let version: PackageStore.Version
        /// False when exactly this was installed already.
        package let isNew: Bool
        /// Old versions that stay because runs or processes need them.
        package let keptOld: Int
    }

    /// - Parameters:
    ///   - name: of the environment, such as `default`.
    ///   - isPure: take only wheels without machine code, which every profile can import.
    package func install(
        _ requirements: RequirementsFile, as name: String, isPure: Bool = false
    ) async throws -> Result {
        try PackageStore.check(name)
        let place = "\(store.folder)/\(name)"
        try UserFiles.makePrivateFolder(place)
        let lock = try store.lock()
        defer { withExtendedLifetime(lock) {} }
        try store.removeLeftovers()
        let staging = "\(store.folder)/.new-\(name)"
        try UserFiles.makePrivateFolder(staging)
        defer { try? FolderTree(staging).remove() }
        let work = Staging(
            folder: staging, isPure: isPure, log: try FolderTree.newFile("\(place)/install.log"),
            logPath: "\(place)/install.log", requirements: requirements)
        let wheels = try await download(work)
        let digest = Self.digest(of: wheels)
        let isNew = try await !reuse(name, digest)
        if isNew { try await build(work, wheels, name: name, digest: digest) }
        try store.activate(name, digest)
        let kept = try PackageRemoval(store: store, pinned: pinned).removeOld(name)
        return Result(
            version: try store.version(name, digest: digest), isNew: isNew, keptOld: kept.count)
    }

    private struct Staging {
        let folder: String
        let isPure: Bool
        let log: Channel
        let logPath: String
        let requirements: RequirementsFile

        var wheels: String { "\(folder)/wheels" }
        /// Becomes the environment's own folder.
        var result: String { "\(folder)/result" }
        var modules: String { "\(result)/\(PackageStore.modules)" }
    }

    private func pip(_ work: Staging) -> PipRun {
        PipRun(
            folder: work.folder, log: work.log, index: index, deadline: .now + timeLimit)
    }

    private func explain(_ work: Staging) -> PackageError {
        let log = (try? UserFiles.read(work.logPath, limit: 64 << 20)) ?? []
        let cause = PipMessages(
            log, requirements: work.requirements, isPure: work.isPure
        ).explanation
        return PackageError("\(cause) (all of it: \(work.logPath))")
    }

    private func download(_ work: Staging) async throws -> [Wheel] {
        try UserFiles.makePrivateFolder(work.wheels)
        let file = "\(work.folder)/requirements.txt"
        try FolderTree.write(Array(work.requirements.normalised.utf8), to: file)
        let pip = pip(work)
        try pip.writeCertificates()
        guard try await pip.download(file, to: work.wheels, pure: work.isPure) else {
            throw explain(work)
        }
        let wheels = try UserFiles.list(work.wheels).map { file in
            try Wheel(file: file, in: work.wheels, sizeLimit: sizeLimit)
        }
        let size = wheels.reduce(0) { $0 + $1.unpackedSize }
        guard size <= sizeLimit else {
            throw PackageError(
                "the packages would take \(size >> 20) MiB; the most is \(sizeLimit >> 20) MiB: "
                    + "split them into several environments")
        }
        return wheels.sorted { $0.name < $1.name }
    }

    /// The same wheels for the same Python are the same environment.
    private static func digest(of wheels: [Wheel]) -> String {
        let lines = wheels.map { "\($0.name) \($0.version) \($0.sha256)\n" }.joined()
        return Hexadecimal.encode(
            Digest.sha256("sluice-packages 1\npython \(PipRun.version)\n\(lines)"))
    }

    /// Whether this environment is there already, whole; a damaged one is removed.
    private func reuse(_ name: String, _ digest: String) async throws -> Bool {
        guard let version = try? store.version(name, digest: digest) else {
            try FolderTree("\(store.folder)/\(name)/\(digest)").remove()
            return false
        }
        if (try? store.isIntact(version)) == true { return true }
        guard (try? FolderLease.takeAlone(version.folder)) != nil else {
            throw PackageError(
                "the packages '\(name)' were changed on the disk and are in use; stop what uses them "
                    + "and install again", cause: .host)
        }
        try FolderTree(version.folder).remove()
        return false
    }

    private func build(
        _ work: Staging, _ wheels: [Wheel], name: String, digest: String
    ) async throws {
        try UserFiles.makePrivateFolder(work.result)
        let lock = "\(work.folder)/lock.txt"
        let lines = wheels.map { "\($0.name)==\($0.version) --hash=sha256:\($0.sha256)\n" }
        try FolderTree.write(Array(lines.joined().utf8), to: lock)
        guard try await pip(work).unpack(lock, from: work.wheels, into: work.modules) else {
            throw explain(work)
        }
        var limits = InstalledTree.Limits()
        limits.bytes = sizeLimit
        let unpacked = try InstalledTree(work.modules, limits: limits)
        let records = try InstallRecord.all(in: unpacked)
        try InstallRecord.verify(records, against: unpacked)
        // Everybody may read from here on: scripts are other users.
        let staged = FolderTree(work.modules)
        try staged.openToReaders()
        let compiler = ModuleCompiler(
            environment: PackageEnvironment(name: name, digest: digest, folder: work.modules),
            run: run)
        try await compiler.compile(unpacked)
        try staged.makeReadOnly()
        try await verify(wheels, with: compiler)
        let tree = try InstalledTree(work.modules, limits: limits)
        let record = EnvironmentRecord(
            digest: digest, python: PipRun.version,
            requirements: work.requirements.requirements.map(\.text),
            packages: wheels.map { $0.described(by: records) },
            bytes: tree.size, files: tree.files.count, tree: try tree.digest(),
            installedAt: ProcessSurroundings.wallClockMilliseconds)
        try FolderTree.write(
            record.json.bytes, to: "\(work.result)/\(EnvironmentRecord.fileName)")
        try FolderTree(work.result).synchronise()
        try FolderTree.move(work.result, to: "\(store.folder)/\(name)/\(digest)")
    }

    /// Python in the box must see exactly what was asked for.
    private func verify(_ wheels: [Wheel], with compiler: ModuleCompiler) async throws {
        guard let visible = try await compiler.visiblePackages() else {
            throw PackageError(
                "the new packages cannot be listed in the sandbox; run 'sluice doctor'")
        }
        let found = Set(visible.keys.map(RequirementsFile.normalisedName))
        if let missing = wheels.first(where: { !found.contains($0.name) }) {
            throw PackageError(
                "the package '\(missing.name)' was installed, but Python does not find it; its wheel "
                    + "'\(missing.file)' is damaged")
        }
    }
}
