internal import FlowModel
internal import Journal
internal import Synchronization

/// The flows of the last bundles, read once for the many runs that share one.
final class OpenedBundles: Sendable {
    private struct Entry: Sendable {
        let bundle: PinnedBundle
        let flows: [String: Flow]
    }

    private static let limit = 64
    private let open: @Sendable (PinnedBundle) throws -> [String: Flow]
    /// The last used at the end.
    private let entries = Mutex<[Entry]>([])

    init(open: @escaping @Sendable (PinnedBundle) throws -> [String: Flow]) { self.open = open }

    func flows(of bundle: PinnedBundle) throws -> [String: Flow] {
        let kept = entries.withLock { entries -> [String: Flow]? in
            // A bundle that the journal keeps shares its bytes with ours: then this compares no byte.
            guard let place = entries.lastIndex(where: { $0.bundle == bundle }) else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry.flows
        }
        if let kept { return kept }
        let flows = try open(bundle)
        entries.withLock { entries in
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append(Entry(bundle: bundle, flows: flows))
        }
        return flows
    }

    func forget() { entries.withLock { $0.removeAll() } }
}
