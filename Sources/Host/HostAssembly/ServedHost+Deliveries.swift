package import HostAPI
package import Journal
internal import LinuxSystem
internal import Webhooks

/// Deliveries, as the API asks for them.
extension ServedHost {
    package func deliveries(_ filter: DeliveryFilter) async throws -> [DeliveryRecord] {
        try await service.host.journal.listDeliveries(filter)
    }

    package func delivery(_ id: DeliveryID) async throws -> DeliveryDetail? {
        guard var detail = try await service.host.journal.showDelivery(id) else { return nil }
        // A duplicate's bytes stand with the delivery that came first.
        if detail.delivery.result == .duplicate, let original = detail.delivery.original,
            let first = try await service.host.journal.showDelivery(original)
        {
            detail.body = first.body
        }
        return detail
    }

    package func redeliver(
        _ delivery: DeliveryDetail, by: String
    ) async throws -> RedeliveryReceipt {
        if delivery.delivery.result == .duplicate, delivery.body.isEmpty,
            let original = delivery.delivery.original,
            try await service.host.journal.showDelivery(original) == nil
        {
            throw APIFault(
                409, "body-is-gone", "the delivery that came first, and its body, were deleted")
        }
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        do {
            let done = try await service.webhooks.redeliver(delivery, by: by, at: now)
            switch done.verdict {
            case .accepted(let run):
                return RedeliveryReceipt(
                    delivery: done.delivery, result: .accepted, reason: nil, run: run)
            case .ignored(let reason):
                return RedeliveryReceipt(
                    delivery: done.delivery, result: .ignored, reason: reason, run: nil)
            case .refused(let reason):
                return RedeliveryReceipt(
                    delivery: done.delivery, result: .refused, reason: reason, run: nil)
            }
        } catch let error as RedeliveryError {
            switch error {
            case .noWebhook:
                throw APIFault(
                    409, "no-webhook", "the flow is not served any more, or has no webhook now")
            case .unavailable(let seconds, _):
                throw APIFault(
                    503, "busy", "the host takes nothing new now; try again", retryAfter: seconds)
            }
        }
    }
}
