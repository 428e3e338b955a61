internal import HostAPI

/// What a route of the workflow API does; the names stand in figures.
enum WorkflowOperation: String, Sendable, Hashable, CaseIterable {
    case welcome = "workflowWelcome"
    case run = "workflowRun"
    case runVersion = "workflowRunVersion"
    case showRun = "workflowShowRun"
    case stop = "workflowStop"
    case logs = "workflowLogs"
    case events = "workflowEvents"
    case upload = "workflowUpload"
    case preview = "workflowFilePreview"
    case signedPreview = "workflowSignedPreview"
    case parameters = "workflowParameters"
    case info = "workflowInfo"
    case meta = "workflowMeta"
    case site = "workflowSite"
    case showForm = "workflowShowForm"
    case submitForm = "workflowSubmitForm"
    /// Routes of Dify for other kinds of apps, which a flow never is.
    case chat = "workflowNoChat"
    case completion = "workflowNoCompletion"
}

struct WorkflowRoute: Sendable {
    var method: String
    /// With `{name}` for a part that may be anything.
    var path: String
    var operation: WorkflowOperation
    var bodyLimit: Int

    static let all: [WorkflowRoute] = [
        WorkflowRoute("GET", "/v1", .welcome),
        WorkflowRoute("GET", "/v1/", .welcome),
        WorkflowRoute("POST", "/v1/workflows/run", .run, 16 << 20),
        WorkflowRoute("POST", "/v1/workflows/{workflow}/run", .runVersion, 16 << 20),
        WorkflowRoute("GET", "/v1/workflows/run/{run}", .showRun),
        WorkflowRoute("POST", "/v1/workflows/tasks/{task}/stop", .stop, 64 << 10),
        // As earlier versions of Dify had it.
        WorkflowRoute("POST", "/v1/workflows/{task}/stop", .stop, 64 << 10),
        WorkflowRoute("GET", "/v1/workflows/logs", .logs),
        WorkflowRoute("GET", "/v1/workflow/{run}/events", .events),
        WorkflowRoute("POST", "/v1/files/upload", .upload),
        WorkflowRoute("GET", "/v1/files/{file}/preview", .preview),
        WorkflowRoute("GET", "/files/{file}/file-preview", .signedPreview),
        WorkflowRoute("GET", "/v1/parameters", .parameters),
        WorkflowRoute("GET", "/v1/info", .info),
        WorkflowRoute("GET", "/v1/meta", .meta),
        WorkflowRoute("GET", "/v1/site", .site),
        WorkflowRoute("GET", "/v1/form/human_input/{token}", .showForm),
        WorkflowRoute("POST", "/v1/form/human_input/{token}", .submitForm, 1 << 20),
        WorkflowRoute("POST", "/v1/chat-messages", .chat, 1 << 20),
        WorkflowRoute("POST", "/v1/completion-messages", .completion, 1 << 20),
    ]

    private init(
        _ method: String, _ path: String, _ operation: WorkflowOperation, _ bodyLimit: Int = 0
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.bodyLimit = bodyLimit
    }
}

/// The route of a request, and what stands in its `{name}` parts.
struct WorkflowMatch: Sendable {
    var route: WorkflowRoute
    var parts: [String: String]

    enum Finding: Sendable {
        case match(WorkflowMatch)
        /// The path is there for other methods.
        case otherMethods([String])
        /// Below a folder of the API, and nothing is there.
        case nothing
        /// Not of this API at all.
        case foreign
    }

    static func find(method: String, path: String) -> Finding {
        var others: [String] = []
        for route in WorkflowRoute.all {
            guard let parts = parts(of: path, in: route.path) else { continue }
            if route.method == method || method == "HEAD" && route.method == "GET" {
                return .match(WorkflowMatch(route: route, parts: parts))
            }
            others.append(route.method)
        }
        if !others.isEmpty { return .otherMethods(others) }
        let isSandbox = path == "/v1/sandbox" || path.hasPrefix("/v1/sandbox/")
        return path.hasPrefix("/v1/") && !isSandbox ? .nothing : .foreign
    }

    /// Nil when the path has another shape, or a part of it is no text once decoded.
    private static func parts(of path: String, in pattern: String) -> [String: String]? {
        let given = path.split(separator: "/", omittingEmptySubsequences: false)
        let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
        guard given.count == wanted.count else { return nil }
        var parts: [String: String] = [:]
        for (given, wanted) in zip(given, wanted) {
            if wanted.hasPrefix("{") {
                // SECURITY: decoded after the path was split, so an escaped `/` ends no part.
                guard let text = percentDecoded(given), !text.isEmpty else { return nil }
                parts[String(wanted.dropFirst().dropLast())] = text
            } else if given != wanted {
                return nil
            }
        }
        return parts
    }
}
