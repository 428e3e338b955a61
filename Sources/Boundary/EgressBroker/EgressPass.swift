internal import Cryptography
package import HTTPTransport
package import LinuxSystem
import Synchronization

/// What one run may reach, and until when.
package struct EgressGrant: Sendable {
    package var destinations: [EgressDestination]
    /// Which addresses that are not public its names may stand for.
    package var policy: EgressPolicy
    /// The end of the run.
    package var until: MonotonicInstant

    package init(
        destinations: [EgressDestination], policy: EgressPolicy, until: MonotonicInstant
    ) {
        self.destinations = destinations
        self.policy = policy
        self.until = until
    }
}

/// Something that the broker did not do for a run.
package struct EgressDenial: Sendable, Hashable {
    /// What was asked for, such as `api.example.com:443`; at most 300 bytes.
    package let destination: String
    /// A sentence for the author, which names the rule.
    package let meaning: String
    package var count: Int
}

/// How much one run may move; each limit is told as itself.
package struct EgressLimits: Sendable, Hashable {
    /// Connections at once.
    package var connectionsAtOnce = 48
    /// Connections from beginning to end.
    package var connections = 1000
    /// Bytes to the hosts, and from them.
    package var sent = 64 << 20
    package var received = 256 << 20
    /// Requests at once that the broker makes itself; more wait.
    ///
    /// Their answers are held in memory.
    package var requestsAtOnce = 4
    /// Bytes of such an answer.
    package var answer = 16 << 20
    /// For the head of a request, and for the first message of TLS.
    package var headTime = Duration.seconds(10)
    /// For all addresses of a name together.
    package var connectTime = Duration.seconds(10)

    package init() {}
}

/// The right of one run to be served: valid from `admit` to `revoke`, and for its list alone.
package final class EgressPass: Sendable {
    /// Bounded, whatever a script asks for.
    private static let mostDenials = 64

    let id: UInt64
    let grant: EgressGrant
    // SECURITY: nobody can guess it, and it is worth nothing once the run is over.
    private let token: String
    private let denials = Mutex<[EgressDenial]>([])
    private let usage = Mutex(EgressUsage())

    init(id: UInt64, grant: EgressGrant) {
        self.id = id
        self.grant = grant
        token = Hexadecimal.encode(Randomness.bytes(24))
    }

    /// What a client writes before the `@` of the proxy's URL.
    package var credentials: String { "\(id):\(token)" }

    func isOpened(by given: String) -> Bool {
        isEqualInConstantTime(Array(token.utf8), Array(given.utf8))
    }

    func deny(_ destination: String, _ meaning: String) {
        let short = String(decoding: destination.utf8.prefix(300), as: UTF8.self)
        denials.withLock { list in
            if let place = list.firstIndex(where: {
                $0.destination == short && $0.meaning == meaning
            }) {
                list[place].count += 1
            } else if list.count < Self.mostDenials {
                list.append(EgressDenial(destination: short, meaning: meaning, count: 1))
            }
        }
    }

    /// In order of first appearance.
    var allDenials: [EgressDenial] { denials.withLock { $0 } }

    func count<Result>(_ change: (inout EgressUsage) -> Result) -> Result {
        usage.withLock { change(&$0) }
    }
}

/// What a run has used of its limits.
struct EgressUsage: Sendable {
    var open = 0
    var opened = 0
    /// Requests that the broker makes itself, until their answers are passed on.
    var requesting = 0
    var sent = 0
    var received = 0
}
