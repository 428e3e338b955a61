internal import Synchronization

/// Counters of one name, by their labels.
///
/// At most so many keys are told apart; whatever comes later counts as `rest`, so that no label can grow
/// without bound.
package final class Counters<Key: Hashable & Sendable>: Sendable {
    private let counts = Mutex<[Key: Int]>([:])
    private let limit: Int
    private let rest: Key

    package init(limit: Int = 500, rest: Key) {
        self.limit = limit
        self.rest = rest
    }

    package func add(_ key: Key, _ amount: Int = 1) {
        counts.withLock { counts in
            if let count = counts[key] {
                counts[key] = count + amount
            } else {
                counts[counts.count < limit ? key : rest, default: 0] += amount
            }
        }
    }

    package var all: [Key: Int] { counts.withLock { $0 } }
}

/// Histograms of one name, by their labels; bounded like `Counters`.
package final class Histograms<Key: Hashable & Sendable>: Sendable {
    private let histograms = Mutex<[Key: Histogram]>([:])
    private let limit: Int
    private let rest: Key

    package init(limit: Int = 200, rest: Key) {
        self.limit = limit
        self.rest = rest
    }

    package func record(_ duration: Duration, as key: Key) {
        histograms.withLock { histograms in
            let isKnown = histograms[key] != nil || histograms.count < limit
            histograms[isKnown ? key : rest, default: Histogram()].record(duration)
        }
    }

    package var all: [Key: Histogram] { histograms.withLock { $0 } }
}

/// What stands for everything that is not told apart any more.
package let otherLabel = "other"
