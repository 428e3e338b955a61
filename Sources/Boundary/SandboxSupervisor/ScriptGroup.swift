import LinuxSystem
import Synchronization

/// The leaf of one script at a time; used again by the next one.
final class ScriptGroup: Sendable {
    private let groups: [ControlGroup]
    private let isUnified: Bool
    private let knownMemoryKills = Mutex(0)
    /// The group that counts memory.
    private var memory: ControlGroup { groups[0] }

    /// - Parameters:
    ///   - memory: bytes that its processes may hold, with `ScriptGroups.headroom`.
    ///   - processes: processes and threads that may be in it.
    init(in parent: ScriptGroups, memory bytes: Int, processes: Int) throws(Errno) {
        let name = parent.nextName()
        switch parent.version {
        case .unified(let group):
            groups = [group.child(name)]
            isUnified = true
        case .separate(let memory, let processes):
            groups = [memory.child(name)] + (processes.map { [$0.child(name)] } ?? [])
            isUnified = false
        }
        do {
            for group in groups { try group.make() }
            try limit(memory: bytes, processes: processes)
        } catch {
            remove()
            throw error
        }
    }

    private func limit(memory bytes: Int, processes: Int) throws(Errno) {
        if isUnified {
            try memory.write("\(bytes)", to: "memory.max")
            if memory.has("memory.swap.max") { try memory.write("0", to: "memory.swap.max") }
            try memory.write("1", to: "memory.oom.group")
            return try memory.write("\(processes)", to: "pids.max")
        }
        try memory.write("\(bytes)", to: "memory.limit_in_bytes")
        // Memory and swap together: none of it can be swapped out.
        if memory.has("memory.memsw.limit_in_bytes") {
            try memory.write("\(bytes)", to: "memory.memsw.limit_in_bytes")
        }
        for group in groups.dropFirst() { try group.write("\(processes)", to: "pids.max") }
    }

    /// Moves a process in.
    ///
    /// The first move after a pause takes the kernel up to ten milliseconds: not for the thread of a
    /// lane. `pid` must be one that cannot have been reused.
    func attach(_ pid: Int32) throws(Errno) {
        for group in groups { try group.write("\(pid)", to: "cgroup.procs") }
    }

    /// Whether the kernel has killed a process of it for want of memory since this was last asked.
    func takeMemoryKill() -> Bool {
        let kills = memory.counter(
            "oom_kill", in: isUnified ? "memory.events" : "memory.oom_control")
        return knownMemoryKills.withLock { known in
            defer { known = kills }
            return kills > known
        }
    }

    func remove() {
        for group in groups { group.remove() }
    }
}

/// Moves processes into groups on a thread of its own, in order.
final class GroupAttacher: Sendable {
    private enum Request: Sendable {
        case attach(Int32, ScriptGroup, @Sendable (Errno?) -> Void)
        case stop
    }

    private let mailbox: Mailbox<Request>

    init() throws(Errno) {
        let mailbox = try Mailbox<Request>()
        let poller = try Poller()
        try mailbox.watch(with: poller, as: 1)
        self.mailbox = mailbox
        let service = Service(poller)
        try ServiceThread.start(named: "sluice-groups") { Self.serve(mailbox, service.poller) }
    }

    private final class Service: Sendable {
        let poller: Poller
        init(_ poller: consuming Poller) { self.poller = poller }
    }

    private static func serve(_ mailbox: Mailbox<Request>, _ poller: borrowing Poller) {
        while true {
            _ = try? poller.wait(until: nil)
            for request in mailbox.take() {
                switch request {
                case .stop: return
                case .attach(let pid, let group, let done):
                    do {
                        try group.attach(pid)
                        done(nil)
                    } catch {
                        done(error)
                    }
                }
            }
        }
    }

    /// Tells `done` on its own thread; nil when the process stands in the group.
    func attach(
        _ pid: Int32, to group: ScriptGroup, done: @escaping @Sendable (Errno?) -> Void
    ) {
        _ = mailbox.post(.attach(pid, group, done))
    }

    func stop() { _ = mailbox.post(.stop) }
}

/// The leaves of a lane; for its thread alone.
final class GroupPool {
    private let groups: ScriptGroups
    private let memory: Int
    private let processes: Int
    private var free: [ScriptGroup] = []

    init(_ groups: ScriptGroups, memory: Int, processes: Int) {
        self.groups = groups
        self.memory = memory + ScriptGroups.headroom
        // Threads are counted exactly by the supervisor; one that it has let end may still be on its way.
        self.processes = processes > 1 ? processes + 8 : 1
    }

    func take() throws(Errno) -> ScriptGroup {
        if let group = free.popLast() { return group }
        return try ScriptGroup(in: groups, memory: memory, processes: processes)
    }

    /// Its last process must have been reaped.
    func giveBack(_ group: ScriptGroup) {
        if free.count < 1024 { free.append(group) } else { group.remove() }
    }

    func removeAll() {
        for group in free { group.remove() }
        free = []
    }

    func attach(
        _ pid: Int32, to group: ScriptGroup, done: @escaping @Sendable (Errno?) -> Void
    ) {
        groups.attacher.attach(pid, to: group, done: done)
    }
}
