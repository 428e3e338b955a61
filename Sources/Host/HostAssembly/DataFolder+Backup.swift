internal import Journal
internal import LinuxSystem

extension DataFolder {
    /// Copies what a host must not lose into a new folder, while it may be running.
    ///
    /// The copy has its name only when it is whole and durable. Answers its absolute path.
    package func backUp(to target: String) throws -> String {
        let target = ProcessSurroundings.absolute(target)
        guard ProcessSurroundings.exists("\(path)/journal.sqlite") else {
            throw HostError(
                "there is no journal in '\(path)'; --data names the folder of a host's data",
                cause: .given)
        }
        guard !ProcessSurroundings.exists(target) else {
            throw HostError("'\(target)' exists; name a new folder", cause: .given)
        }
        guard !"\(target)/".hasPrefix("\(path)/") else {
            throw HostError("'\(target)' is in the data folder; name another place", cause: .given)
        }
        let growing = target + ".partial"
        try FolderTree(growing).remove()
        try UserFiles.makePrivateFolder(growing)
        try SQLiteJournal.copy("\(path)/journal.sqlite", to: "\(growing)/journal.sqlite")
        try copyFiles(to: growing)
        try FolderTree(growing).synchronise()
        try FolderTree.move(growing, to: target)
        return target
    }

    /// Everything but the journal, and packages, which are installed again.
    private func copyFiles(to target: String) throws {
        for entry in try FolderTree(path).entries(limit: 1_000_000) {
            let top = entry.path.prefix { $0 != "/" }
            if top.hasPrefix("journal.sqlite") || top == "packages" { continue }
            switch entry.kind {
            case .folder: try UserFiles.makePrivateFolder("\(target)/\(entry.path)")
            case .file:
                // It may be longer by now, as the audit log; or removed, and then it is no part of the copy.
                let bytes = try PrivateFiles.read(
                    "\(path)/\(entry.path)", limit: entry.size + (4 << 20))
                guard let bytes else { continue }
                let slash = entry.path.lastIndex(of: "/")
                let folder = slash.map { "\(target)/\(entry.path[..<$0])" } ?? target
                let name =
                    slash.map { entry.path[entry.path.index(after: $0)...] } ?? entry.path[...]
                try PrivateFiles.write(bytes, to: String(name), in: folder)
            case .other: break
            }
        }
    }
}
