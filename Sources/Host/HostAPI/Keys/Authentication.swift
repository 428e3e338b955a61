internal import Cryptography
package import HTTPListener
internal import LinuxSystem
internal import Synchronization

/// Tells who asks, and slows down who guesses.
package final class Authentication: Sendable {
    package enum Verdict: Sendable {
        case caller(Caller)
        /// No key, or none that counts.
        case unknown
        /// Too many wrong keys from there; seconds until the next may be tried.
        case tooMany(seconds: Int)
    }

    private struct Failures {
        var count: Int
        var since: MonotonicInstant
    }

    /// Wrong keys from one peer in one `window`.
    private static let most = 20
    private static let window = Duration.seconds(60)
    private static let mostPeers = 10_000

    private let keys: KeyStore
    private let environmentKey: [UInt8]?
    private let failures = Mutex<[HTTPPeer: Failures]>([:])

    /// - Parameter environmentKey: the value of `API_KEY`, good for the sandbox alone.
    package init(keys: KeyStore, environmentKey: String?) {
        self.keys = keys
        self.environmentKey = environmentKey.flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    }

    package func judge(_ request: HTTPRequest) -> Verdict {
        guard let key = Self.key(in: request.headers) else { return .unknown }
        // A random key cannot be guessed, so a good one passes even while its peer is held off:
        // otherwise one client behind a proxy could lock out all others.
        if let caller = keys.caller(with: key) { return .caller(caller) }
        if let seconds = remaining(request.peer) { return .tooMany(seconds: seconds) }
        // SECURITY: a person chose this one, so it is only compared while guesses are few.
        if let environmentKey,
            isEqualInConstantTime(
                Digest.sha256(Array(key.utf8)), Digest.sha256(environmentKey))
        {
            return .caller(Caller(name: "key:environment", scope: .sandbox, flow: nil))
        }
        noteFailure(request.peer)
        return .unknown
    }

    /// `Authorization: Bearer KEY` or `X-Api-Key: KEY`; several that differ are none.
    private static func key(in headers: HTTPFields) -> String? {
        var found = Set(headers.all("x-api-key"))
        for value in headers.all("authorization") {
            let parts = value.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            found.insert(String(parts[1]))
        }
        return found.count == 1 ? found.first : nil
    }

    private func remaining(_ peer: HTTPPeer) -> Int? {
        failures.withLock { failures in
            guard let known = failures[peer] else { return nil }
            let age = MonotonicInstant.now - known.since
            guard age < Self.window else {
                failures[peer] = nil
                return nil
            }
            guard known.count >= Self.most else { return nil }
            return max(1, Int((Self.window - age).components.seconds) + 1)
        }
    }

    private func noteFailure(_ peer: HTTPPeer) {
        failures.withLock { failures in
            if failures.count >= Self.mostPeers, failures[peer] == nil {
                let now = MonotonicInstant.now
                failures = failures.filter { now - $0.value.since < Self.window }
                // So many at once: they share one count rather than memory without bound.
                if failures.count >= Self.mostPeers { failures.removeAll() }
            }
            failures[peer, default: Failures(count: 0, since: .now)].count += 1
        }
    }
}
