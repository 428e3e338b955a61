/// Names a run: short, readable, and in the order in which runs were created.
///
/// `261120-091233-1ak7` is a run of 2026-11-20 at 09:12:33 UTC; the last four letters hold the
/// milliseconds and a random part.
package struct RunID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// Any text: whether such a run exists is for the journal to say.
    package init(_ text: String) { self.text = text }

    /// A new name.
    ///
    /// `chance` should be random; two runs of one millisecond differ by it alone.
    package init(at moment: Moment, chance: UInt32) {
        let parts = moment.calendar
        let date = [parts.year % 100, parts.month, parts.day].map { padded($0, 2) }.joined()
        let time = [parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined()
        let tail = UInt32(parts.millisecond) << 10 | chance & 0x3ff
        let letters = stride(from: 15, through: 0, by: -5).map { shift in
            Self.alphabet[Int(tail >> UInt32(shift) & 0x1f)]
        }
        text = "\(date)-\(time)-\(String(letters))"
    }

    package var description: String { text }

    package static func < (left: RunID, right: RunID) -> Bool { left.text < right.text }

    /// Crockford's base 32: in ASCII order, without letters that look alike.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
}
