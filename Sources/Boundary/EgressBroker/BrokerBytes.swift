/// What the broker makes of bytes that a script or a host controls, as functions without a connection.
///
/// Fuzzers and tests of their findings come in here; a connection takes the same ways.
package enum BrokerBytes {
    package enum Reading: Sendable, Hashable {
        case incomplete
        case refused(String)
        /// The name or the destination that the bytes ask for; empty when they name none.
        case taken(String)
    }

    /// The first message of TLS.
    package static func hello(_ bytes: [UInt8]) -> Reading {
        switch ClientHello(bytes) {
        case .incomplete: .incomplete
        case .invalid(let cause): .refused(cause)
        case .complete(let name): .taken(name ?? "")
        }
    }

    /// The head of what a client says to a proxy.
    package static func request(_ bytes: [UInt8]) -> Reading {
        do throws(HeadFault) {
            guard let head = try HeadText(bytes) else { return .incomplete }
            return .taken(try ProxyRequest(head).destination.description)
        } catch {
            return .refused(error.cause)
        }
    }

    /// A request that is passed on, as the host gets it; nil for one that is not.
    package static func rewritten(_ bytes: [UInt8]) -> [UInt8]? {
        do throws(HeadFault) {
            guard let head = try HeadText(bytes) else { return nil }
            let request = try ProxyRequest(head)
            guard case .plain(let url) = request.kind else { return nil }
            return request.rewritten(for: url)
        } catch {
            return nil
        }
    }

    /// The destination of a head that is sent to a host itself.
    package static func request(_ bytes: [UInt8], inTunnelTo destination: String) -> Reading {
        guard let destination = EgressDestination(destination) else { return .refused("no host") }
        do throws(HeadFault) {
            guard let head = try HeadText(bytes) else { return .incomplete }
            return .taken(
                try ProxyRequest(head, inTunnelTo: destination).destination.description)
        } catch {
            return .refused(error.cause)
        }
    }

    /// The head of a host's answer, as the client gets it; nil for what is no answer.
    package static func answer(_ bytes: [UInt8]) -> [UInt8]? {
        (try? AnswerHead(bytes))?.rewritten
    }

    /// What a body in chunks holds that arrives in these pieces; nil when it is refused.
    package static func chunked(_ pieces: [[UInt8]]) -> (content: [UInt8], isDone: Bool)? {
        var reader = BodyReader(.chunked)
        var content: [UInt8] = []
        for piece in pieces {
            guard let found = try? reader.take(piece) else { return nil }
            content += found
        }
        return (content, reader.isDone)
    }
}
