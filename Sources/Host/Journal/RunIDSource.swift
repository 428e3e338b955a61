internal import Synchronization

/// Names for new runs, no two of one source the same, however many come in one millisecond.
///
/// Another process may still make the same name: `duplicateRun` says so, and the next one is free.
package final class RunIDSource: Sendable {
    private struct State {
        var millisecond: Int64 = 0
        var first: UInt32 = 0
        var count: UInt32 = 0
    }

    /// The tail of a name has room for so many in one millisecond.
    private static let room: UInt32 = 1024
    private let state = Mutex(State())

    package init() {}

    /// A name for a run that is made at `moment`, or a few milliseconds later when too many were.
    package func next(at moment: Moment) -> RunID {
        state.withLock { state in
            if moment.milliseconds > state.millisecond || state.count == Self.room {
                let isCrowded = moment.milliseconds <= state.millisecond
                state.millisecond = isCrowded ? state.millisecond + 1 : moment.milliseconds
                state.first = UInt32.random(in: 0..<Self.room)
                state.count = 0
            }
            state.count += 1
            return RunID(
                at: Moment(milliseconds: state.millisecond),
                chance: (state.first + state.count) % Self.room)
        }
    }
}
