internal import HTTPListener
internal import HostAPI
internal import JSONValue

/// What is answered instead of a result, in the envelope of Dify's service API.
///
/// SECURITY: the message reaches a client, so it says nothing of the host's insides.
struct WorkflowFault: Error, Sendable, Hashable {
    var status: Int
    var code: String
    var message: String
    var retryAfter: Int?

    init(_ status: Int, _ code: String, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// What a client sent does not fit.
    static func invalid(_ message: String) -> WorkflowFault {
        WorkflowFault(400, "invalid_param", message)
    }

    static let noHeader = WorkflowFault(
        401, "unauthorized", "Authorization header must be provided and start with 'Bearer'")
    static let wrongScheme = WorkflowFault(
        401, "unauthorized", "Authorization scheme must be 'Bearer'")
    static let wrongKey = WorkflowFault(401, "unauthorized", "Access token is invalid")
    static let noPath = WorkflowFault(404, "not_found", "there is nothing here")
    static let noRun = WorkflowFault(404, "not_found", "Workflow run not found.")
    static let noForm = WorkflowFault(404, "not_found", "Form not found")
    static let noFile = WorkflowFault(404, "not_found", "File not found")
    static let cannotStore = WorkflowFault(
        503, "cannot_store", "try again later: the host cannot store anything now", retryAfter: 5)
    static let inside = WorkflowFault(
        500, "internal_server_error",
        "the host could not do this; its log says why under the request's id")

    var answer: HTTPAnswer {
        var answer = HTTPAnswer.json(
            status,
            [
                "code": .string(code), "message": .string(message),
                "status": .integer(Int64(status)),
            ])
        if status == 401 { answer.headers.set("WWW-Authenticate", #"Bearer realm="api""#) }
        if let retryAfter { answer.headers.set("Retry-After", String(retryAfter)) }
        return answer
    }
}
