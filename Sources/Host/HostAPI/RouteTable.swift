/// What a route does; the contract (`openapi.yaml`) names these as `operationId`.
package enum APIOperation: String, Sendable, Hashable, CaseIterable {
    case getHealth
    case getDoctor
    case reload
    case getMetrics
    case listFlows
    case startRun
    case listRuns
    case getRun
    case cancelRun
    case watchRun
    case resumeRun
    case replayStep
    case listApprovals
    case getApproval
    case decideApproval
    case listSteps
    case getStep
    case resolveStep
    case listDeliveries
    case getDelivery
    case redeliver
    case listProfiles
    case getProfile
    case listKeys
    case createKey
    case revokeKey
    case listAudit
    case receiveHook
}

/// One line of the API: data, so that the contract can be compared with it.
package struct APIRoute: Sendable, Hashable {
    package enum Access: Sendable, Hashable {
        case open
        case scope(APIScope)
        /// The flow's own verification decides.
        case hook
    }

    package var method: String
    /// With `{name}` for a part that may be anything.
    package var path: String
    package var access: Access
    package var bodyLimit: Int
    package var operation: APIOperation
    /// Names that its query may have; the hooks' is theirs.
    package var query: [String]

    package static let all: [APIRoute] = [
        APIRoute("GET", "/health", .open, 0, .getHealth),
        APIRoute("GET", "/metrics", .scope(.read), 0, .getMetrics),
        APIRoute("GET", "/api/doctor", .scope(.read), 0, .getDoctor),
        APIRoute("POST", "/api/reload", .scope(.admin), 4096, .reload),
        APIRoute("GET", "/api/flows", .scope(.read), 0, .listFlows),
        APIRoute("POST", "/api/flows/{flow}/runs", .scope(.run), 8 << 20, .startRun),
        APIRoute(
            "GET", "/api/runs", .scope(.read), 0, .listRuns,
            query: ["flow", "state", "trigger", "since", "until", "before", "limit"]),
        APIRoute("GET", "/api/runs/{run}", .scope(.read), 0, .getRun),
        APIRoute("POST", "/api/runs/{run}/cancel", .scope(.run), 4096, .cancelRun),
        APIRoute("POST", "/api/runs/{run}/resume", .scope(.run), 4096, .resumeRun),
        APIRoute("GET", "/api/runs/{run}/events", .scope(.read), 0, .watchRun),
        APIRoute(
            "GET", "/api/approvals", .scope(.read), 0, .listApprovals,
            query: ["flow", "state", "before", "limit"]),
        APIRoute("GET", "/api/approvals/{approval}", .scope(.read), 0, .getApproval),
        APIRoute(
            "POST", "/api/approvals/{approval}/decision", .scope(.approve), 64 << 10,
            .decideApproval),
        APIRoute(
            "GET", "/api/runs/{run}/steps", .scope(.read), 0, .listSteps,
            query: ["node", "state", "after", "limit"]),
        APIRoute(
            "GET", "/api/runs/{run}/steps/{step}", .scope(.read), 0, .getStep, query: ["key"]),
        APIRoute(
            "POST", "/api/runs/{run}/steps/{step}/resolve", .scope(.run), 4096, .resolveStep,
            query: ["key"]),
        APIRoute(
            "POST", "/api/runs/{run}/steps/{step}/replay", .scope(.run), 2 << 20, .replayStep,
            query: ["key"]),
        APIRoute(
            "GET", "/api/deliveries", .scope(.read), 0, .listDeliveries,
            query: ["flow", "result", "run", "since", "until", "before", "limit"]),
        APIRoute("GET", "/api/deliveries/{delivery}", .scope(.read), 0, .getDelivery),
        APIRoute(
            "POST", "/api/deliveries/{delivery}/redeliver", .scope(.run), 4096, .redeliver),
        APIRoute("GET", "/api/profiles", .scope(.read), 0, .listProfiles),
        APIRoute("GET", "/api/profiles/{profile}", .scope(.read), 0, .getProfile),
        APIRoute("GET", "/api/keys", .scope(.admin), 0, .listKeys),
        APIRoute("POST", "/api/keys", .scope(.admin), 4096, .createKey),
        APIRoute("DELETE", "/api/keys/{key}", .scope(.admin), 4096, .revokeKey),
        APIRoute("GET", "/api/audit", .scope(.admin), 0, .listAudit, query: ["limit"]),
        APIRoute("POST", "/hooks/{flow}", .hook, 25 << 20, .receiveHook),
    ]

    /// The operation's name for figures; `none` where there is no such route.
    static func operation(_ method: String, _ path: String) -> String {
        guard case .match(let match) = RouteMatch.find(method: method, path: path) else {
            return "none"
        }
        return match.route.operation.rawValue
    }

    private init(
        _ method: String, _ path: String, _ access: Access, _ bodyLimit: Int,
        _ operation: APIOperation, query: [String] = []
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.bodyLimit = bodyLimit
        self.operation = operation
        self.query = query
    }
}

/// The route of a request, and what stands in its `{name}` parts.
struct RouteMatch: Sendable {
    var route: APIRoute
    var parts: [String: String]

    enum Finding {
        case match(RouteMatch)
        /// The path is there for other methods.
        case otherMethods([String])
        case none
    }

    static func find(method: String, path: String) -> Finding {
        var others: [String] = []
        for route in APIRoute.all {
            guard let parts = parts(of: path, in: route.path) else { continue }
            if route.method == method || method == "HEAD" && route.method == "GET" {
                return .match(RouteMatch(route: route, parts: parts))
            }
            others.append(route.method)
        }
        return others.isEmpty ? .none : .otherMethods(others)
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

/// A path, or a part of one, without its escapes; nil when they are wrong or hide control characters.
package func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
    }
    guard bytes.allSatisfy({ $0 >= 32 && $0 != 127 }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
}

private func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
}
