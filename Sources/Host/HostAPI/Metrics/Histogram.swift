internal import LinuxSystem

/// Counts of durations by how long they were, from 0.1 ms to 5 minutes.
package struct Histogram: Sendable, Hashable {
    /// Upper ends of the buckets, in seconds; a duration of exactly that long is inside.
    package static let bounds: [Double] = nanoseconds.map { Double($0) / 1e9 }

    private static let nanoseconds: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000,
        50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
        5_000_000_000, 10_000_000_000, 30_000_000_000, 60_000_000_000, 300_000_000_000,
    ]

    /// By bucket, each without those below; the last is for what is longer than every bound.
    package private(set) var counts = [Int](repeating: 0, count: Self.nanoseconds.count + 1)
    private var sumOfNanoseconds: Int64 = 0

    package init() {}

    package var count: Int { counts.reduce(0, +) }
    package var sum: Double { Double(sumOfNanoseconds) / 1e9 }

    /// A negative duration, which a clock that was set back can make, counts as none.
    package mutating func record(_ duration: Duration) {
        let time = max(duration.nanoseconds, 0)
        var place = 0
        while place < Self.nanoseconds.count, time > Self.nanoseconds[place] { place += 1 }
        counts[place] += 1
        sumOfNanoseconds &+= time
    }
}
