internal import Synchronization

/// The last bundles by digest, so that a thousand runs of one flow read its files once.
final class BundleCache: Sendable {
    private struct Entry {
        let digest: [UInt8]
        let bundle: PinnedBundle
    }

    private static let limit = 64
    /// The last used at the end.
    private let entries = Mutex<[Entry]>([])

    func bundle(_ digest: [UInt8]) -> PinnedBundle? {
        entries.withLock { entries in
            guard let place = entries.lastIndex(where: { $0.digest == digest }) else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry.bundle
        }
    }

    func keep(_ bundle: DigestedBundle) { keep(bundle.digest, bundle.pinned) }

    func keep(_ digest: [UInt8], _ bundle: PinnedBundle) {
        entries.withLock { entries in
            guard !entries.contains(where: { $0.digest == digest }) else { return }
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append(Entry(digest: digest, bundle: bundle))
        }
    }
}
