internal import FlowModel
internal import JSONValue

/// An event as a file holds it, and what a flow's webhook makes of it.
struct WebhookEvent {
    private let headers: JSON
    private let body: JSON

    /// A body, or an object that has only `headers` and `body`.
    init(_ event: JSON) {
        if let object = event.objectValue, let body = object["body"],
            object.keys.allSatisfy({ $0 == "headers" || $0 == "body" })
        {
            self.body = body
            headers = object["headers"] ?? .object(JSONObject())
        } else {
            body = event
            headers = .object(JSONObject())
        }
    }

    /// What scripts and expressions read as `trigger`.
    var trigger: JSON { ["kind": "webhook", "headers": headers, "body": body] }

    /// The inputs that the flow's webhook takes from the event; nil when it does not accept it.
    ///
    /// A flow without a webhook gets none.
    func inputs(of flow: Flow) throws -> JSONObject? {
        guard let webhook = flow.webhook else { return JSONObject() }
        let scope = Scope(headers: headers, body: body, trigger: trigger)
        if let condition = webhook.acceptIf, try !condition.isTrue(in: scope) { return nil }
        var inputs = JSONObject()
        for (name, value) in webhook.inputs { inputs[name] = try value.evaluate(in: scope) }
        return inputs
    }

    private struct Scope: ExpressionScope {
        let headers: JSON
        let body: JSON
        let trigger: JSON

        func value(of root: String) -> JSON? {
            switch root {
            case "headers": headers
            case "body": body
            case "trigger": trigger
            default: nil
            }
        }

        func node(_ name: String) -> JSON? { nil }
    }
}
