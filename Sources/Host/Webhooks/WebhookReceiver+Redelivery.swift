internal import JSONValue
package import Journal

/// What became of bytes that somebody let come again.
package struct Redelivery: Sendable {
    package enum Verdict: Sendable, Hashable {
        case accepted(RunID)
        case ignored(reason: String)
        case refused(reason: String)
    }

    /// The new delivery.
    package var delivery: DeliveryID
    package var verdict: Verdict
}

package enum RedeliveryError: Error, Sendable, Hashable {
    /// The flow is not served any more, or has no webhook now.
    case noWebhook(flow: String)
    /// The host takes nothing new for so many seconds.
    case unavailable(seconds: Int, reason: String)
}

extension WebhookReceiver {
    /// Lets the bytes of a delivery go through its flow as it is now, as a new delivery that names the
    /// old one and is a duplicate of none.
    ///
    /// SECURITY: not verified again, since what authenticated it is not kept: only what the journal
    /// holds comes here, and nothing gets into it unverified.
    ///
    /// - Parameters:
    ///   - detail: with its body: of a duplicate, the delivery that came first.
    ///   - by: who lets it come again.
    package func redeliver(
        _ detail: DeliveryDetail, by: String, at moment: Moment
    ) async throws -> Redelivery {
        let flow = detail.delivery.flow
        guard let route = route(of: flow) else { throw RedeliveryError.noWebhook(flow: flow) }
        if let (seconds, reason) = intake.refusal() {
            throw RedeliveryError.unavailable(seconds: seconds, reason: reason)
        }
        let incoming = Incoming(
            request: WebhookRequest(detail, at: moment), peer: by, route: route,
            redelivers: detail.delivery.id)
        let answer: WebhookAnswer
        do {
            let event = try WebhookEvent(incoming.request, privacy: route.privacy)
            answer = try await take(incoming, event)
        } catch let error as UnreadableBody {
            answer = await refuse(incoming, error.description)
        }
        let reason = answer.note ?? ""
        guard let delivery = answer.delivery else {
            throw RedeliveryError.unavailable(seconds: 5, reason: reason)
        }
        switch answer.kind {
        case .accepted(let run):
            return Redelivery(delivery: delivery, verdict: .accepted(run))
        case .ignored: return Redelivery(delivery: delivery, verdict: .ignored(reason: reason))
        case .refused: return Redelivery(delivery: delivery, verdict: .refused(reason: reason))
        case .duplicate, .unverified, .unknown, .unavailable:
            throw RedeliveryError.unavailable(seconds: 5, reason: reason)
        }
    }
}

extension WebhookRequest {
    /// The request as the journal keeps it: without what authenticated it.
    fileprivate init(_ detail: DeliveryDetail, at moment: Moment) {
        let pairs = detail.headers.arrayValue ?? []
        self.init(
            method: detail.method, path: detail.path, query: detail.query,
            headers: pairs.compactMap { pair in
                guard let pair = pair.arrayValue, pair.count == 2, let name = pair[0].stringValue,
                    let value = pair[1].stringValue
                else { return nil }
                return Header(name: name, value: value)
            }, body: detail.body, peer: .unixSocket, receivedAt: moment)
    }
}
