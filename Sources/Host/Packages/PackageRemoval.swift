internal import LinuxSystem

/// Removes versions that nobody needs.
///
/// Kept are the current version and the one before it, what unfinished runs are pinned to, and what a
/// process uses right now.
struct PackageRemoval {
    let store: PackageStore
    /// Digests that unfinished runs are pinned to.
    let pinned: Set<String>

    /// Digests that were kept only because of runs or processes.
    @discardableResult
    func removeOld(_ name: String) throws -> [String] {
        let place = "\(store.folder)/\(name)"
        let kept = Set(
            ["current", "previous"].compactMap { FolderTree.target(of: "\(place)/\($0)") })
        var needed: [String] = []
        for digest in try UserFiles.list(place)
        where PackageStore.isDigest(digest) && !kept.contains(digest) {
            if pinned.contains(digest) || !remove("\(place)/\(digest)") { needed.append(digest) }
        }
        return needed
    }

    /// False when somebody uses it.
    private func remove(_ folder: String) -> Bool {
        // Held until the folder is gone.
        guard let lease = try? FolderLease.takeAlone(folder) else { return false }
        defer { withExtendedLifetime(lease) {} }
        // Its record first: from then on nobody finds it.
        try? FolderTree.removeFile("\(folder)/\(EnvironmentRecord.fileName)")
        try? FolderTree(folder).remove()
        return true
    }
}
