internal import CLinux
internal import Glibc

/// One control group (cgroups(7)): a folder with files that the kernel reads and writes.
package struct ControlGroup: Sendable, Hashable {
    /// Absolute.
    package let folder: String

    package init(folder: String) { self.folder = folder }

    package func child(_ name: String) -> ControlGroup {
        ControlGroup(folder: "\(folder)/\(name)")
    }

    /// Makes it; that it is there already is not an error.
    package func make() throws(Errno) {
        if unsafe mkdir(folder, 0o755) != 0 {
            let failure = Errno.last
            if failure.number != EEXIST { throw failure }
        }
    }

    /// Removes it, which only works when no process and no group is in it; false then.
    @discardableResult
    package func remove() -> Bool { unsafe rmdir(folder) == 0 }

    package func has(_ file: String) -> Bool { unsafe access("\(folder)/\(file)", F_OK) == 0 }

    /// What stands in one of its files.
    package func read(_ file: String) throws(Errno) -> String {
        let descriptor = try Descriptor.open("\(folder)/\(file)")
        return String(decoding: try descriptor.readStart(upTo: 64 << 10), as: UTF8.self)
    }

    /// Writes one of its files, in one write(2) as the kernel asks for.
    package func write(_ text: String, to file: String) throws(Errno) {
        let number = unsafe open("\(folder)/\(file)", O_WRONLY | O_CLOEXEC)
        if number < 0 { throw Errno.last }
        let descriptor = Descriptor(owning: number)
        _ = try descriptor.write(Array(text.utf8), from: 0)
    }

    /// The number behind `name` in a file of lines `name number`; 0 when it is not there.
    package func counter(_ name: String, in file: String) -> Int {
        guard let text = try? read(file) else { return 0 }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int(words[1]) ?? 0 }
        }
        return 0
    }

    /// Names of the groups in it.
    package var children: [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            guard unsafe entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether systemd has handed it over (`Delegate=yes`).
    package var isMarkedAsDelegated: Bool {
        unsafe clinux_has_flag(folder, "user.delegate") == 1
    }

    /// Holds the group for this process until the descriptor is closed, however the process ends;
    /// nil when another one holds it.
    package func claim() throws(Errno) -> Descriptor? {
        let descriptor = try Descriptor.open(folder)
        if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        let failure = Errno.last
        if failure == .wouldBlock { return nil }
        throw failure
    }
}

/// Where a process stands in the hierarchies of control groups.
package struct ControlGroupPlaces: Sendable, Hashable {
    /// In the hierarchy of version 2, where it is mounted.
    package var unified: ControlGroup?
    /// In the hierarchies of version 1 with these controllers.
    package var memory: ControlGroup?
    package var processes: ControlGroup?

    /// Of this process.
    package static var own: ControlGroupPlaces {
        func text(_ path: String) -> String {
            guard let file = try? Descriptor.open(path),
                let bytes = try? file.readStart(upTo: 1 << 20)
            else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        return ControlGroupPlaces(
            groups: text("/proc/self/cgroup"), mounts: text("/proc/self/mountinfo"))
    }

    /// - Parameters:
    ///   - groups: `/proc/PID/cgroup`, see cgroups(7).
    ///   - mounts: `/proc/PID/mountinfo`, see proc_pid_mountinfo(5).
    package init(groups: String, mounts: String) {
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let path = String(fields[2])
            let controllers = fields[1].split(separator: ",").map(String.init)
            if fields[0] == "0", controllers.isEmpty {
                unified = Self.folder(of: path, type: "cgroup2", controller: nil, mounts)
            }
            if controllers.contains("memory") {
                memory = Self.folder(of: path, type: "cgroup", controller: "memory", mounts)
            }
            if controllers.contains("pids") {
                processes = Self.folder(of: path, type: "cgroup", controller: "pids", mounts)
            }
        }
    }

    /// Where `path` of a hierarchy can be seen; nil when it is not mounted, or only another part is.
    private static func folder(
        of path: String, type: String, controller: String?, _ mounts: String
    ) -> ControlGroup? {
        for line in mounts.split(separator: "\n") {
            let halves = line.split(separator: " - ", maxSplits: 1)
            let left = line.split(separator: " ")
            guard halves.count == 2, left.count > 4 else { continue }
            let right = halves[1].split(separator: " ")
            guard right.count >= 3, right[0] == type else { continue }
            if let controller, !right[2].split(separator: ",").contains(Substring(controller)) {
                continue
            }
            let root = left[3] == "/" ? "" : String(left[3])
            let own = path == "/" ? "" : path
            guard own == root || own.hasPrefix(root + "/") else { continue }
            return ControlGroup(folder: String(left[4]) + own.dropFirst(root.count))
        }
        return nil
    }
}
