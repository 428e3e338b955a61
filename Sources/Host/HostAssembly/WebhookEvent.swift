internal import FlowModel
internal import JSONValue

/// An event as a file holds it, and what a flow's webhook makes of it.
struct WebhookEvent {
    private let headers: JSON
    private let query: JSON
    private let body: JSON

    /// A body, or an object that has `body` and nothing but `headers` and `query` beside it.
    init(_ event: JSON) {
        let none = JSON.object(JSONObject())
        if let object = event.objectValue, let body = object["body"],
            object.keys.allSatisfy({ ["headers", "query", "body"].contains($0) })
        {
            self.body = body
            headers = object["headers"] ?? none
            query = object["query"] ?? none
        } else {
            body = event
            (headers, query) = (none, none)
        }
    }

    /// What scripts and expressions read as `trigger`.
    var trigger: JSON {
        ["kind": "webhook", "headers": headers, "query": query, "body": body]
    }

    /// The inputs that the flow's webhook takes from the event; nil when it does not accept it.
    ///
    /// A flow without a webhook gets none.
    func inputs(of flow: Flow, vars: JSON) throws -> JSONObject? {
        guard let webhook = flow.webhook else { return JSONObject() }
        let scope = Scope(headers: headers, query: query, body: body, vars: vars)
        if let condition = webhook.acceptIf, try !condition.isTrue(in: scope) { return nil }
        var inputs = JSONObject()
        for (name, value) in webhook.inputs { inputs[name] = try value.evaluate(in: scope) }
        return inputs
    }

    private struct Scope: ExpressionScope {
        let headers: JSON
        let query: JSON
        let body: JSON
        let vars: JSON

        func value(of root: String) -> JSON? {
            switch root {
            case "headers": headers
            case "body": body
            case "query": query
            case "vars": vars
            default: nil
            }
        }

        func node(_ name: String) -> JSON? { nil }
    }
}
