internal import LinuxSystem

/// Who changes the store holds its lock.
extension PackageStore {
    /// The kernel drops it when the process ends, however it ends.
    func lock() throws -> ByteRangeLock {
        let lock: ByteRangeLock
        do {
            try UserFiles.makePrivateFolder(folder)
            lock = try ByteRangeLock(path: "\(folder)/.lock")
            guard try lock.take(0) else {
                throw PackageError(
                    "another 'sluice packages' is at work in '\(folder)'; try again when it is done",
                    cause: .host)
            }
        } catch let error as PackageError {
            throw error
        } catch {
            throw PackageError("cannot work in '\(folder)': \(error)", cause: .host)
        }
        return lock
    }

    /// What an installation that was killed has left behind.
    func removeLeftovers() throws {
        for name in try UserFiles.list(folder) where name.hasPrefix(".new-") {
            try FolderTree("\(folder)/\(name)").remove()
        }
    }

    /// New runs get this version from now on; the one that they got so far is kept.
    func activate(_ name: String, _ digest: String) throws {
        let place = "\(folder)/\(name)"
        let before = FolderTree.target(of: "\(place)/current")
        guard before != digest else { return }
        if let before { try FolderTree.point("\(place)/previous", to: before) }
        try FolderTree.point("\(place)/current", to: digest)
        try FolderTree(place).synchronise()
    }

    /// New runs cannot use the name any more; versions that runs or processes need stay until a later
    /// installation or removal finds them free.
    ///
    /// - Parameter pinned: digests that unfinished runs are pinned to.
    /// - Returns: how many versions stay.
    package func remove(_ name: String, pinned: Set<String>) throws -> Int {
        _ = try current(name)
        let held = try lock()
        defer { withExtendedLifetime(held) {} }
        let place = "\(folder)/\(name)"
        try FolderTree.removeFile("\(place)/current")
        try FolderTree.removeFile("\(place)/previous")
        let kept = try PackageRemoval(store: self, pinned: pinned).removeOld(name)
        if kept.isEmpty { try FolderTree(place).remove() }
        return kept.count
    }
}
