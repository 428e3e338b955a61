internal import Cryptography
internal import JSONValue
internal import Synchronization

/// Which marked comments are known to be there.
///
/// What this process posted is remembered for all runs. What was there before is listed once for a
/// run and a merge request, and anew after a restart or a doubt.
final class MarkIndex: Sendable {
    private struct Listing: Hashable {
        let run: String
        let place: MergeRequestPlace
    }

    private struct Posted: Hashable {
        let place: MergeRequestPlace
        let mark: String
    }

    private struct State {
        var listings: [Listing: [String: JSON]] = [:]
        var order: [Listing] = []
        var posted: [Posted: JSON] = [:]
    }

    private static let mostListings = 64
    private static let mostPosted = 20_000

    private let state = Mutex(State())
    // One at a time per mark, so that two runs cannot both find nothing and both post; and one
    // listing at a time per merge request. Stripes instead of one lock per name: they never grow.
    private let markStripes = (0..<64).map { _ in AtOnceLimit(1) }
    private let placeStripes = (0..<16).map { _ in AtOnceLimit(1) }

    func exclusively(
        _ mark: String, at place: MergeRequestPlace,
        _ body: @Sendable () async throws(ConnectorFailure) -> JSON
    ) async throws(ConnectorFailure) -> JSON {
        var hasher = Hasher()
        hasher.combine(place)
        hasher.combine(mark)
        let stripe = Int(UInt(bitPattern: hasher.finalize()) % UInt(markStripes.count))
        return try await markStripes[stripe].run(body)
    }

    /// The output of the comment that carries `mark`, nil when there is none.
    func find(
        _ mark: String, at place: MergeRequestPlace, run: String, anew: Bool,
        _ list: @Sendable () async throws(ConnectorFailure) -> [String: JSON]
    ) async throws(ConnectorFailure) -> JSON? {
        if anew { forget(run: run, place) }
        if let known = known(mark, place, run) { return known.output }
        let stripe = Int(UInt(bitPattern: place.hashValue) % UInt(placeStripes.count))
        return try await placeStripes[stripe].run { () async throws(ConnectorFailure) -> JSON? in
            if let known = known(mark, place, run) { return known.output }
            let listing = try await list()
            state.withLock { state in
                let key = Listing(run: run, place: place)
                if state.listings.updateValue(listing, forKey: key) == nil {
                    state.order.append(key)
                }
                if state.order.count > Self.mostListings {
                    state.listings[state.order.removeFirst()] = nil
                }
            }
            return listing[mark]
        }
    }

    func record(_ output: JSON, for mark: String, at place: MergeRequestPlace) {
        state.withLock { state in
            if state.posted.count >= Self.mostPosted { state.posted.removeAll() }
            state.posted[Posted(place: place, mark: mark)] = output
        }
    }

    private func forget(run: String, _ place: MergeRequestPlace) {
        state.withLock { state in
            let key = Listing(run: run, place: place)
            state.listings[key] = nil
            state.order.removeAll { $0 == key }
        }
    }

    /// Nil when it takes a listing to know.
    private func known(
        _ mark: String, _ place: MergeRequestPlace, _ run: String
    ) -> (output: JSON?, Void)? {
        state.withLock { state in
            if let output = state.posted[Posted(place: place, mark: mark)] { return (output, ()) }
            guard let listing = state.listings[Listing(run: run, place: place)] else { return nil }
            return (listing[mark], ())
        }
    }
}

/// The hidden comment that a posted body ends with.
enum BodyMark {
    private static let prefix = "<!-- sluice:"
    private static let suffix = " -->"

    static func append(_ mark: String, to body: String) -> String {
        body + "\n\n" + prefix + mark + suffix
    }

    /// The mark at the very end of a body.
    ///
    /// SECURITY: only there, since what stands before may be a model's text.
    static func read(_ body: String) -> String? {
        var bytes = Array(body.utf8)[...]
        while let last = bytes.last, last == 0x20 || last == 0x0a || last == 0x0d {
            bytes.removeLast()
        }
        let tail = Array(bytes.suffix(prefix.utf8.count + 64 + suffix.utf8.count))
        guard tail.starts(with: prefix.utf8),
            tail.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        else { return nil }
        let mark = String(
            decoding: tail.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count), as: UTF8.self)
        return Hexadecimal.decode(mark)?.count == 32 ? mark : nil
    }
}
