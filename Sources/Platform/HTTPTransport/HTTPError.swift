/// Why a request got no answer.
///
/// An answer with an error status is no error here.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The request itself cannot be sent; says what is wrong with it.
        case invalidRequest(String)
        case egressRefused(EgressRefusal)
        /// The host's name has no address.
        case unresolved
        case unreachable(String)
        case tls(String)
        case timeout(TimeoutStage, after: Duration)
        /// The connection broke before the answer was whole.
        case cut(String)
        /// What came back is no HTTP answer.
        case invalidAnswer(String)
        case responseTooLarge(limit: Int)
        case redirectRefused(String)
        case cancelled
        /// The transport was shut down.
        case closed
    }

    package enum TimeoutStage: String, Sendable, Hashable {
        case connect = "connecting"
        case firstByte = "waiting for the first byte"
        case idle = "waiting for more of the answer"
        case total = "the whole exchange"
    }

    package let kind: Kind
    package let method: String
    /// Scheme, host and port; never the path, which may hold what nobody should print.
    package let origin: Origin
    /// Whether the request, or a part of it, may have reached the service.
    package let mayHaveArrived: Bool

    package init(kind: Kind, method: String, origin: Origin, mayHaveArrived: Bool) {
        self.kind = kind
        self.method = method
        self.origin = origin
        self.mayHaveArrived = mayHaveArrived
    }

    package var description: String {
        let act = "cannot \(method) \(origin)"
        switch kind {
        case .invalidRequest(let fault): return "\(act): \(fault)"
        case .egressRefused(let refusal): return refusal.description
        case .unresolved: return "\(act): no address is known for '\(origin.host)'"
        case .unreachable(let cause), .tls(let cause), .cut(let cause):
            return "\(act): \(cause)"
        case .timeout(let stage, let after): return "\(act): \(stage.rawValue) took over \(after)"
        case .invalidAnswer(let cause): return "\(act): the answer is not HTTP: \(cause)"
        case .responseTooLarge(let limit): return "\(act): the answer is over \(limit) bytes"
        case .redirectRefused(let cause): return "\(act): \(cause)"
        case .cancelled: return "\(act): cancelled"
        case .closed: return "\(act): the transport was shut down"
        }
    }
}
