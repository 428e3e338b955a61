internal import Cryptography
internal import HTTPListener
internal import JSONValue
internal import Journal

/// What webhooks were sent, and sending it through its flow again.
extension APIHandler {
    func deliveries(_ call: APICall) async throws -> HTTPAnswer {
        let results = try call.words("result", of: DeliveryResult.self)
        guard results?.count ?? 0 < 2 else {
            throw APIFault.invalidQuery("'result' is there twice")
        }
        var filter = DeliveryFilter(
            flow: try call.value("flow"), result: results?.first,
            run: try call.value("run").map { RunID($0) },
            before: try call.value("before").map { DeliveryID($0) },
            since: try call.moment("since"), until: try call.moment("until"),
            limit: try call.limit(most: 200))
        if let only = call.caller.flow {
            guard filter.flow == nil || filter.flow == only else {
                return .json(200, ["deliveries": [], "next": .null])
            }
            filter.flow = only
        }
        let rows = try await backend.deliveries(filter)
        let next = rows.count == filter.limit ? rows.last?.id.text : nil
        return .json(
            200,
            [
                "deliveries": .array(rows.map { .object(Self.members(of: $0)) }),
                "next": next.map(JSON.string) ?? .null,
            ])
    }

    func delivery(_ call: APICall) async throws -> HTTPAnswer {
        let detail = try await visibleDelivery(call)
        var object = Self.members(of: detail.delivery)
        object["method"] = .string(detail.method)
        object["path"] = .string(detail.path)
        object["query"] = .string(detail.query)
        object["headers"] = detail.headers
        // SECURITY: stored as it came; what is a secret of the host is not given out again.
        let text = String(validating: detail.body, as: UTF8.self)
        object["body"] = text.map { .string(backend.redacted($0)) } ?? .null
        object["body_base64"] =
            text == nil ? .string(backend.redacted(Base64.encode(detail.body))) : .null
        return .json(200, .object(object))
    }

    func redeliver(_ call: APICall) async throws -> HTTPAnswer {
        let detail = try await visibleDelivery(call)
        _ = try call.members([])
        let receipt = try await backend.redeliver(detail, by: call.caller.name)
        noteAudit(
            "delivery.redeliver", "delivery:\(detail.delivery.id)", call,
            detail: receipt.delivery.text)
        let url = receipt.run.map { "/api/runs/\($0)" }
        var answer = HTTPAnswer.json(
            receipt.run == nil ? 200 : 202,
            [
                "delivery": .string(receipt.delivery.text),
                "redelivers": .string(detail.delivery.id.text),
                "result": .string(receipt.result.rawValue),
                "reason": receipt.reason.map(JSON.string) ?? .null,
                "run": receipt.run.map { .string($0.text) } ?? .null,
                "url": url.map(JSON.string) ?? .null,
            ])
        if let url { answer.headers.set("Location", url) }
        return answer
    }

    /// SECURITY: a delivery to another flow than the key's is as if it were not there.
    private func visibleDelivery(_ call: APICall) async throws -> DeliveryDetail {
        guard let detail = try await backend.delivery(DeliveryID(call.part("delivery"))),
            call.caller.mayTouch(detail.delivery.flow)
        else { throw APIFault.noSuchDelivery }
        return detail
    }

    private static func members(of delivery: DeliveryRecord) -> JSONObject {
        let original = delivery.original.map { JSON.string($0.text) } ?? .null
        let object: JSON = [
            "id": .string(delivery.id.text), "flow": .string(delivery.flow),
            "received_at": .string(delivery.receivedAt.description),
            "peer": .string(delivery.peer), "result": .string(delivery.result.rawValue),
            "reason": delivery.reason.map(JSON.string) ?? .null,
            "run": delivery.run.map { .string($0.text) } ?? .null,
            "duplicate_of": delivery.isRedelivery ? .null : original,
            "redelivers": delivery.isRedelivery ? original : .null,
            "bytes": .integer(Int64(delivery.size)),
        ]
        return object.objectValue ?? JSONObject()
    }
}
