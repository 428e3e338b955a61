package import FlowModel
package import JSONValue

/// An event as flows see it, and what a flow's webhook makes of it.
package struct WebhookEvent: Sendable {
    package let headers: JSON
    package let query: JSON
    package let body: JSON

    package init(headers: JSON, query: JSON, body: JSON) {
        self.headers = headers
        self.query = query
        self.body = body
    }

    /// An event as a file holds it: a body, or an object that has `body` and nothing but `headers`
    /// and `query` beside it.
    package init(_ event: JSON) {
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
    package var trigger: JSON {
        ["kind": "webhook", "headers": headers, "query": query, "body": body]
    }

    /// The inputs that the flow's webhook takes from the event; nil when it does not accept it.
    ///
    /// A flow without a webhook gets none.
    package func inputs(of flow: Flow, vars: JSON) throws -> JSONObject? {
        guard let webhook = flow.webhook else { return JSONObject() }
        guard try isWanted(by: webhook, vars: vars) else { return nil }
        return try inputs(of: webhook, vars: vars)
    }

    func isWanted(by webhook: WebhookTrigger, vars: JSON) throws(ExpressionError) -> Bool {
        guard let condition = webhook.acceptIf else { return true }
        return try condition.isTrue(in: Scope(event: self, vars: vars))
    }

    func inputs(of webhook: WebhookTrigger, vars: JSON) throws(ExpressionError) -> JSONObject {
        var inputs = JSONObject()
        for (name, value) in webhook.inputs {
            inputs[name] = try value.evaluate(in: Scope(event: self, vars: vars))
        }
        return inputs
    }

    /// What tells this event from others; nil when the flow does not say, or it is null or empty.
    func key(of webhook: WebhookTrigger, vars: JSON) throws(ExpressionError) -> String? {
        guard let template = webhook.deduplicateKey else { return nil }
        let value = try template.evaluate(in: Scope(event: self, vars: vars))
        let text = value.stringValue ?? (value.isNull ? "" : value.text)
        return text.isEmpty ? nil : text
    }

    private struct Scope: ExpressionScope {
        let event: WebhookEvent
        let vars: JSON

        func value(of root: String) -> JSON? {
            switch root {
            case "headers": event.headers
            case "body": event.body
            case "query": event.query
            case "vars": vars
            default: nil
            }
        }

        func node(_ name: String) -> JSON? { nil }
    }
}
