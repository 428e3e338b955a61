import LinuxSystem
import SandboxPolicy
import Synchronization

/// Where a supervisor makes the control groups of its scripts.
package enum GroupPlacement: Sendable, Hashable {
    /// Below its own group: with version 1 where it may write, with version 2 where systemd says so
    /// (`Delegate=yes`).
    case automatic
    /// Below this group of version 2, which belongs to Sluice alone.
    case folder(String)
    case none
}

/// The control groups of one supervisor: a group for itself, and a leaf in it for every script.
///
/// What bounds a script is `RLIMIT_AS`; its leaf bounds what that cannot see, and counts.
final class ScriptGroups: Sendable {
    /// What a leaf may hold beyond the limit of its script: the copied pages of the warm engine, and
    /// what the kernel itself holds for a process.
    ///
    /// Large enough that a script meets its own limit first, as an error with a line.
    static let headroom = 64 << 20

    enum Version: Sendable, Hashable {
        case unified(ControlGroup)
        case separate(memory: ControlGroup, processes: ControlGroup?)
    }

    let version: Version
    /// Keep others from taking the group for one that was left behind.
    private let claims: Claims
    private let nextNumber = Mutex(0)
    let attacher: GroupAttacher

    private final class Claims: Sendable {
        let first: Descriptor
        let second: Descriptor?
        init(_ first: consuming Descriptor, _ second: consuming Descriptor?) {
            self.first = first
            self.second = second
        }
    }

    /// Throws `GroupsUnavailable` with the reason when this host gives none.
    ///
    /// - Parameter isTried: whether a leaf is made and removed, to see that it works.
    init(
        _ placement: GroupPlacement, places: ControlGroupPlaces = .own,
        name: String = "sluice-\(CurrentProcess.pid)-\(MonotonicInstant.now.nanoseconds)",
        isTried: Bool = true
    ) throws {
        version = try Self.place(placement, places, name: name)
        switch version {
        case .unified(let group):
            claims = Claims(try Self.claim(group), nil)
        case .separate(let memory, let processes):
            claims = Claims(try Self.claim(memory), try processes.map { try Self.claim($0) })
        }
        attacher = try GroupAttacher()
        guard isTried else { return }
        do {
            let leaf = try ScriptGroup(in: self, memory: 64 << 20, processes: 1)
            leaf.remove()
        } catch {
            close()
            throw GroupsUnavailable(reason: "a group of a script cannot be made: \(error)")
        }
    }

    /// What is used, for people.
    var words: String {
        switch version {
        case .unified(let group): "version 2 at \(group.folder)"
        case .separate(let memory, let processes):
            "version 1 at \(memory.folder)" + (processes.map { " and \($0.folder)" } ?? "")
        }
    }

    func nextName() -> String {
        nextNumber.withLock { number in
            number += 1
            return "script-\(number)"
        }
    }

    /// Removes what is left; no script may run any more.
    func close() {
        attacher.stop()
        switch version {
        case .unified(let group): Self.removeTree(group)
        case .separate(let memory, let processes):
            Self.removeTree(memory)
            if let processes { Self.removeTree(processes) }
        }
    }

    private static func claim(_ group: ControlGroup) throws -> Descriptor {
        guard let claim = try group.claim() else {
            throw GroupsUnavailable(reason: "'\(group.folder)' belongs to another process")
        }
        return claim
    }

    private static func removeTree(_ group: ControlGroup) {
        for name in group.children { group.child(name).remove() }
        group.remove()
    }

    /// Removes the groups of supervisors that were killed.
    static func sweep(_ parent: ControlGroup) {
        for name in parent.children where name.hasPrefix("sluice-") {
            let group = parent.child(name)
            guard let claim = try? group.claim() else { continue }
            removeTree(group)
            _ = consume claim
        }
    }
}

// MARK: - Finding a place

extension ScriptGroups {
    private static func place(
        _ placement: GroupPlacement, _ places: ControlGroupPlaces, name: String
    ) throws -> Version {
        switch placement {
        case .none: throw GroupsUnavailable(reason: "the configuration says not to use any")
        case .folder(let folder):
            return .unified(try unified(in: ControlGroup(folder: folder), name: name))
        case .automatic: break
        }
        if let memory = places.memory { return try separate(memory, places.processes, name: name) }
        guard let own = places.unified else {
            throw GroupsUnavailable(reason: "no hierarchy of control groups is mounted")
        }
        let available = (try? own.read("cgroup.controllers")) ?? ""
        guard available.split(whereSeparator: { $0 == " " || $0 == "\n" }).contains("memory") else {
            throw GroupsUnavailable(reason: "'\(own.folder)' has no memory controller")
        }
        guard own.isMarkedAsDelegated else {
            throw GroupsUnavailable(
                reason: "'\(own.folder)' is not delegated to Sluice (systemd: Delegate=yes)")
        }
        // SECURITY: no process may stand in a group whose children are limited, so we step aside.
        let aside = own.child("host")
        do {
            try aside.make()
            try aside.write("\(CurrentProcess.pid)", to: "cgroup.procs")
        } catch {
            throw GroupsUnavailable(reason: "cannot enter '\(aside.folder)': \(error)")
        }
        return .unified(try unified(in: own, name: name))
    }

    private static func unified(in parent: ControlGroup, name: String) throws -> ControlGroup {
        do {
            sweep(parent)
            try parent.write("+memory +pids", to: "cgroup.subtree_control")
            let group = parent.child(name)
            try group.make()
            try group.write("+memory +pids", to: "cgroup.subtree_control")
            return group
        } catch {
            throw GroupsUnavailable(reason: "'\(parent.folder)' cannot be divided: \(error)")
        }
    }

    private static func separate(
        _ memory: ControlGroup, _ processes: ControlGroup?, name: String
    ) throws -> Version {
        func make(in parent: ControlGroup) throws -> ControlGroup {
            sweep(parent)
            let group = parent.child(name)
            do {
                try group.make()
                return group
            } catch {
                throw GroupsUnavailable(reason: "cannot make '\(group.folder)': \(error)")
            }
        }
        let first = try make(in: memory)
        // Without the second the limit of processes is held by RLIMIT_NPROC and the filter.
        return .separate(memory: first, processes: try? processes.map { try make(in: $0) })
    }
}

/// Why scripts have no control groups on this host.
struct GroupsUnavailable: Error, Sendable, Hashable, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
