package import HTTPListener
package import JSONValue

/// What is answered instead of a result.
///
/// SECURITY: the message reaches a client, so it says nothing of the host's insides.
package struct APIFault: Error, Sendable, Hashable {
    package var status: Int
    package var code: String
    package var message: String
    package var details: [String]
    package var retryAfter: Int?
    /// Of 405: the methods that there are.
    package var allow: [String] = []

    package init(
        _ status: Int, _ code: String, _ message: String, details: [String] = [],
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }

    static let noSuchPath = APIFault(404, "not-found", "there is nothing here")
    static let noSuchRun = APIFault(404, "not-found", "there is no such run")
    static let noSuchStep = APIFault(404, "not-found", "there is no such step")
    static let noSuchDelivery = APIFault(404, "not-found", "there is no such delivery")
    static let noSuchFlow = APIFault(404, "not-found", "there is no such flow")
    static let noKey = APIFault(
        401, "unauthorized", "a key is needed: send 'Authorization: Bearer KEY'")

    static func invalidQuery(_ message: String, details: [String] = []) -> APIFault {
        APIFault(400, "invalid-query", message, details: details)
    }

    /// RFC 9110 §15.5.6 demands the list.
    static func otherMethods(_ methods: [String]) -> APIFault {
        let all = Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
        var fault = APIFault(
            405, "method-not-allowed", "the method here is \(all.joined(separator: " or "))")
        fault.allow = all
        return fault
    }

    package func answer(id: String) -> HTTPAnswer {
        var error: JSONObject = JSONObject()
        error["code"] = .string(code)
        error["message"] = .string(message)
        if !details.isEmpty { error["details"] = .array(details.map(JSON.string)) }
        error["request_id"] = .string(id)
        var answer = HTTPAnswer.json(status, ["error": .object(error)])
        if status == 401 { answer.headers.set("WWW-Authenticate", "Bearer") }
        if !allow.isEmpty { answer.headers.set("Allow", allow.joined(separator: ", ")) }
        if let retryAfter { answer.headers.set("Retry-After", String(retryAfter)) }
        return answer
    }
}

extension HTTPAnswer {
    package static func json(_ status: Int, _ value: JSON) -> HTTPAnswer {
        HTTPAnswer(
            status: status,
            headers: [
                "Content-Type": "application/json", "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            ], body: .bytes(value.bytes + [UInt8(ascii: "\n")]))
    }
}
