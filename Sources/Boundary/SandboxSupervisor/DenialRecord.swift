/// How many refused calls are kept one by one, and how many are too many.
struct DenialBounds: Sendable {
    /// Calls with the same registers are one entry; of further ones only the number of the call counts.
    var entries: Int
    /// A script that goes on after this many is not an honest one.
    var calls: Int

    static let run = DenialBounds(entries: 64, calls: 2000)
    /// For `sluice explain --script`, which is asked for once by a person who waits.
    static let recording = DenialBounds(entries: 16_384, calls: 200_000)
}

/// Refused calls, in order of first appearance; what is not listed is counted by its number.
struct DeniedCalls: Sendable {
    var list: [(call: DeniedCall, count: Int, lines: [Int])] = []
    /// Calls with a known number and registers that no entry has, because the list was full.
    var unlisted: [(number: Int32, count: Int)] = []
}

/// Gathers the refused calls of one run; bounded whatever the script does.
struct DenialRecord {
    /// Numbers that are told apart once the list is full.
    ///
    /// More than there are calls: numbers that no call has are answered by the filter itself.
    private static let mostNumbers = 512

    let bounds: DenialBounds
    /// Lines that are kept of one call.
    private static let mostLines = 16

    /// The line of the script that runs, as its runner says; nil when it does not.
    var line: Int?
    private(set) var denied = DeniedCalls()
    private(set) var total = 0
    private var places: [DeniedCall: Int] = [:]
    private var unlistedPlaces: [Int32: Int] = [:]

    init(_ bounds: DenialBounds = .run) { self.bounds = bounds }

    var isFlood: Bool { total > bounds.calls }

    mutating func add(_ call: DeniedCall) {
        total += 1
        if let place = places[call] {
            denied.list[place].count += 1
            noteLine(of: place)
        } else if denied.list.count < bounds.entries {
            places[call] = denied.list.count
            denied.list.append((call, 1, []))
            noteLine(of: denied.list.count - 1)
        } else if let place = unlistedPlaces[call.number] {
            denied.unlisted[place].count += 1
        } else if denied.unlisted.count < Self.mostNumbers {
            unlistedPlaces[call.number] = denied.unlisted.count
            denied.unlisted.append((call.number, 1))
        }
    }

    private mutating func noteLine(of place: Int) {
        guard let line, denied.list[place].lines.count < Self.mostLines,
            !denied.list[place].lines.contains(line)
        else { return }
        denied.list[place].lines.append(line)
    }
}
