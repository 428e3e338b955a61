package import SandboxPolicy
import Synchronization

/// The zygotes of one profile and runtime: as they are now, and what became of them since the start.
package struct PoolFigures: Sendable, Hashable {
    package let profile: ProfileName
    /// `python`, `javascript` or `node`.
    package let runtime: String
    /// Living now, those that start and those that only wait for their last script included.
    package var zygotes = 0
    /// Script processes that wait for a script.
    package var ready = 0
    package var running = 0
    /// Scripts that wait for a process.
    package var waiting = 0
    /// Lanes that start nothing for a while, after failures in a row.
    package var braking = 0
    package var started = 0
    /// Another took over: it was worn or old.
    package var replaced = 0
    /// Zygotes that did not start, or went although nobody asked them to.
    package var failed = 0
    /// How often a lane began to start nothing for a while.
    package var braked = 0
}

/// The figures of one pool, to which lanes of several tenants add.
final class PoolCounters: Sendable {
    private let counts: Mutex<PoolFigures>

    init(profile: ProfileName, runtime: String) {
        counts = Mutex(PoolFigures(profile: profile, runtime: runtime))
    }

    func add(_ amount: Int = 1, to count: WritableKeyPath<PoolFigures, Int>) {
        counts.withLock { $0[keyPath: count] += amount }
    }

    fileprivate func move(from last: PoolShare, to now: PoolShare) {
        counts.withLock { counts in
            counts.zygotes += now.zygotes - last.zygotes
            counts.ready += now.ready - last.ready
            counts.running += now.running - last.running
            counts.waiting += now.waiting - last.waiting
            counts.braking += now.braking - last.braking
        }
    }

    var figures: PoolFigures { counts.withLock { $0 } }
}

/// What one lane adds to its pool.
private struct PoolShare: Hashable {
    var zygotes = 0
    var ready = 0
    var running = 0
    var waiting = 0
    var braking = 0
}

/// A lane's own view of its pool: says what has changed since it said so last.
struct PoolReporter {
    let counters: PoolCounters
    private var last = PoolShare()

    init(_ counters: PoolCounters) { self.counters = counters }

    mutating func report(_ lane: LaneLoop) {
        let now = PoolShare(
            zygotes: lane.zygotes.count, ready: lane.ready.count,
            running: lane.scriptOfTicket.count, waiting: lane.waiting.count,
            braking: lane.isBraking ? 1 : 0)
        guard now != last else { return }
        counters.move(from: last, to: now)
        last = now
    }
}

/// The pools of a supervisor, which outlive their lanes.
final class PoolBoard: Sendable {
    private struct Key: Hashable {
        let profile: ProfileName
        let runtime: String
    }

    private let pools = Mutex<[Key: PoolCounters]>([:])

    func counters(of key: LaneKey, runsNode: Bool) -> PoolCounters {
        let runtime = runsNode ? "node" : key.language.rawValue
        return pools.withLock { pools in
            let place = Key(profile: key.profile, runtime: runtime)
            if let counters = pools[place] { return counters }
            let counters = PoolCounters(profile: key.profile, runtime: runtime)
            pools[place] = counters
            return counters
        }
    }

    var figures: [PoolFigures] { pools.withLock { $0.values.map(\.figures) } }
}

extension SandboxSupervisor {
    /// One for each profile and runtime that was ever asked for.
    package var pools: [PoolFigures] { poolBoard.figures }
}
