package import FlowModel
package import JSONValue
internal import LinuxSystem
internal import Synchronization

/// The environments of a host: `DATA/packages/NAME/DIGEST/`, each never changed once it has its name.
///
/// `DATA/packages/NAME/current` points to the one that new runs get, `previous` to the one before.
package struct PackageStore: Sendable {
    /// `DATA/packages`.
    package let folder: String

    package init(dataFolder: String) { folder = "\(dataFolder)/packages" }

    /// One version of an environment.
    package struct Version: Sendable, Hashable {
        package let name: String
        package let record: EnvironmentRecord
        /// What new runs get.
        package let isCurrent: Bool
        /// Absolute path of its own folder.
        package let folder: String

        package var environment: PackageEnvironment {
            PackageEnvironment(
                name: name, digest: record.digest, folder: "\(folder)/\(PackageStore.modules)")
        }

        package var json: JSON {
            var object = record.json.objectValue ?? JSONObject()
            object["name"] = .string(name)
            object["current"] = .bool(isCurrent)
            object["folder"] = .string(environment.folder)
            return .object(object)
        }
    }

    /// The part of a version's folder that scripts see.
    static let modules = "modules"

    /// Names of environments that new runs can use, sorted.
    package func names() throws -> [String] {
        guard ProcessSurroundings.isFolder(folder) else { return [] }
        return try UserFiles.list(folder).filter {
            !$0.hasPrefix(".") && FolderTree.target(of: "\(folder)/\($0)/current") != nil
        }
    }

    /// The version that new runs get.
    package func current(_ name: String) throws(PackageError) -> Version {
        try Self.check(name)
        guard let digest = FolderTree.target(of: "\(folder)/\(name)/current") else {
            throw PackageError(
                "there are no packages '\(name)' in '\(folder)'; install them: "
                    + "sluice packages install -r requirements.txt --name \(name)")
        }
        return try version(name, digest: digest)
    }

    /// The version of this digest, current or not.
    package func version(_ name: String, digest: String) throws(PackageError) -> Version {
        try Self.check(name)
        let place = "\(folder)/\(name)/\(digest)"
        guard Self.isDigest(digest), let record = Self.record(in: place), record.digest == digest
        else {
            throw PackageError(
                "the packages '\(name)' are not there any more as they were "
                    + "(\(digest.prefix(12)) in '\(folder)/\(name)'); install the same versions again"
            )
        }
        let current = FolderTree.target(of: "\(folder)/\(name)/current")
        return Version(name: name, record: record, isCurrent: current == digest, folder: place)
    }

    /// Every version of a name that is still there, the current one first, then the newest.
    package func versions(of name: String) throws -> [Version] {
        try Self.check(name)
        let place = "\(folder)/\(name)"
        guard ProcessSurroundings.isFolder(place) else { return [] }
        return try UserFiles.list(place).filter(Self.isDigest)
            .compactMap { try? version(name, digest: $0) }
            .sorted { left, right in
                (left.isCurrent ? 1 : 0, left.record.installedAt)
                    > (right.isCurrent ? 1 : 0, right.record.installedAt)
            }
    }

    /// Whether all files of a version are those that were installed.
    package func isIntact(_ version: Version) throws -> Bool {
        let tree = try InstalledTree(version.environment.folder, limits: InstalledTree.Limits())
        return try tree.digest() == version.record.tree
    }

    static func record(in folder: String) -> EnvironmentRecord? {
        guard
            let bytes = try? UserFiles.read(
                "\(folder)/\(EnvironmentRecord.fileName)", limit: 16 << 20),
            let json = try? JSON.parse(bytes)
        else { return nil }
        return EnvironmentRecord(json)
    }

    static func check(_ name: String) throws(PackageError) {
        if let fault = PackageEnvironment.fault(ofName: name) {
            throw PackageError("'\(name)' is no name for packages: \(fault)")
        }
    }

    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

/// The environments that this process uses: none of them is removed while it lives.
package final class PackageShelf: Sendable {
    private let store: PackageStore
    private let leases = Mutex<[String: FolderLease]>([:])

    package init(_ store: PackageStore) { self.store = store }

    /// What a new run gets under this name.
    package func current(_ name: String) throws(PackageError) -> PackageEnvironment {
        try hold(try store.current(name))
    }

    /// What a run was pinned to.
    package func pinned(_ name: String, digest: String) throws(PackageError) -> PackageEnvironment {
        try hold(try store.version(name, digest: digest))
    }

    private func hold(_ version: PackageStore.Version) throws(PackageError) -> PackageEnvironment {
        if leases.withLock({ $0[version.folder] }) != nil { return version.environment }
        // Between the look and the lease somebody may have removed it: it is looked for once more.
        guard let lease = try? FolderLease.share(version.folder),
            PackageStore.record(in: version.folder) != nil
        else {
            throw PackageError(
                "the packages '\(version.name)' are being removed or cannot be read; install them "
                    + "again: sluice packages install --name \(version.name)", cause: .host)
        }
        leases.withLock { $0[version.folder] = lease }
        return version.environment
    }
}
