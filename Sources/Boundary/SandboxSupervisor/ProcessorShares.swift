import LinuxSystem
import Synchronization

/// Which lanes let the others go first.
///
/// A lane that takes much of the processors gives way while another one, which takes less than half as
/// much, has runs: a crowd of one tenant then does not hold up the runs of another. It still gets all that
/// nobody else wants; and if that is little, it soon is a lane that takes little itself, and returns.
final class ProcessorShares: Sendable {
    /// How often a lane with runs says what it has used.
    static let period = Duration.milliseconds(100)
    /// A lane that used nothing for this long holds nobody up.
    private static let memory = Duration.seconds(1)
    /// In processors: less than this is never too much.
    private static let most = 0.5

    private struct Use {
        var share = 0.0
        var seen: MonotonicInstant
        var givesWay = false
    }

    private let uses = Mutex<[LaneKey: Use]>([:])

    /// Whether the lane gives way from now on.
    ///
    /// - Parameter used: processor time of its zygotes and scripts during the last `period`.
    func givesWay(
        _ key: LaneKey, used: Duration, during period: Duration, at now: MonotonicInstant
    ) -> Bool {
        uses.withLock { uses in
            uses = uses.filter { $0.key == key || now < $0.value.seen + Self.memory }
            var use = uses[key] ?? Use(seen: now)
            use.share = (use.share + max(0, used / max(period, .microseconds(1)))) / 2
            if used > .zero { use.seen = now }
            let least = uses.filter { $0.key != key }.map(\.value.share).min()
            use.givesWay = Self.isTooMuch(use.share, beside: least, until: use.givesWay)
            uses[key] = use
            return use.givesWay
        }
    }

    /// Who gives way keeps doing so until it takes less than the other, so that nobody changes all the time.
    private static func isTooMuch(_ share: Double, beside least: Double?, until now: Bool) -> Bool {
        guard let least else { return false }
        return now ? share > least : share > most && share > 2 * least
    }
}
