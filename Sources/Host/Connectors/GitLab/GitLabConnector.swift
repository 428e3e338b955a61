internal import FlowModel
internal import HTTPTransport
internal import JSONValue
internal import Synchronization

/// GitLab's REST API, version 4, as far as reviewing needs it.
final class GitLabConnector: Connector {
    let client: ServiceClient
    let marks = MarkIndex()
    private let known = Mutex(Known())

    private struct Known {
        var account: Int64?
        var projectPaths: [String: String] = [:]
    }

    /// A page of a list holds so many at most, and no list is followed further than so many pages.
    static let pageSize = 100
    static let mostPages = 200

    init(client: ServiceClient) { self.client = client }

    func perform(_ call: OperationCall) async throws(ConnectorFailure) -> JSON {
        let place = try MergeRequestPlace(call)
        switch call.operation {
        case "gitlab/get-merge-request": return try await mergeRequest(place, call)
        case "gitlab/list-diffs": return try await GitLabDiffs(connector: self).list(place, call)
        case "gitlab/list-discussions":
            return ["discussions": .array(try await discussions(place, call))]
        case "gitlab/create-discussion", "gitlab/create-note":
            return try await GitLabComments(connector: self).post(place, call)
        default: throw ConnectorFailure(.invalidArguments, "unknown operation '\(call.operation)'")
        }
    }

    func lookUp(_ call: OperationCall) async throws(ConnectorFailure) -> EffectLookUp {
        let place = try MergeRequestPlace(call)
        guard let mark = call.work.mark else {
            return .unknown("the node has no 'once', so its comment carries no mark to look for")
        }
        let found = try await GitLabComments(connector: self).find(mark, place, call, anew: true)
        return found.map { .found($0) } ?? .absent
    }

    func resourceNames(_ call: OperationCall) async throws(ConnectorFailure) -> [String] {
        let place = try MergeRequestPlace(call)
        if let path = known.withLock({ $0.projectPaths[place.project] }) { return [path] }
        let project = try await get("/projects/\(place.project)", "get the project", call)
        guard let path = project["path_with_namespace"]?.stringValue else {
            throw ConnectorFailure(
                .invalidAnswer, "connection '\(client.connection)': the project has no path")
        }
        known.withLock { $0.projectPaths[place.project] = path }
        return [path]
    }

    // MARK: What the operations share

    func mergeRequest(
        _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> JSON {
        let answer = try await get(place.path, "get the merge request", call)
        guard answer.objectValue != nil else {
            throw ConnectorFailure(
                .invalidAnswer, "connection '\(client.connection)': the merge request is no object")
        }
        return answer
    }

    func discussions(
        _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> [JSON] {
        try await pages(place.path + "/discussions", "list the discussions", call)
    }

    /// The number of the account that the token belongs to; asked once.
    func account(_ call: OperationCall) async throws(ConnectorFailure) -> Int64 {
        if let account = known.withLock({ $0.account }) { return account }
        let user = try await get("/user", "get our own account", call)
        guard let number = user["id"]?.integerValue else {
            throw ConnectorFailure(
                .invalidAnswer, "connection '\(client.connection)': our account has no id")
        }
        known.withLock { $0.account = number }
        return number
    }

    func get(
        _ path: String, _ act: String, _ call: OperationCall
    ) async throws(ConnectorFailure) -> JSON {
        let answer = try await send(.init(path: path), call)
        guard answer.status == 200 else {
            throw answer.failure(from: client.connection, act: act)
        }
        return try answer.json(from: client.connection)
    }

    /// Every element of a paged list.
    ///
    /// Only `Link` says whether there is more: counts are left out of long lists.
    func pages(
        _ path: String, _ act: String, _ call: OperationCall
    ) async throws(ConnectorFailure) -> [JSON] {
        var elements: [JSON] = []
        var query: String? = "per_page=\(Self.pageSize)"
        for _ in 0..<Self.mostPages {
            let answer = try await send(.init(path: path, query: query), call)
            guard answer.status == 200 else {
                throw answer.failure(from: client.connection, act: act)
            }
            guard let page = try answer.json(from: client.connection).arrayValue else {
                throw ConnectorFailure(
                    .invalidAnswer, "connection '\(client.connection)': \(act): a page is no list")
            }
            elements += page
            guard let next = LinkHeader.next(in: answer.headers) else { return elements }
            query = try nextQuery(next, after: answer, act)
        }
        throw ConnectorFailure(
            .limit, "connection '\(client.connection)': \(act): over \(Self.mostPages) pages")
    }

    /// SECURITY: of a `Link` only the query is taken, so the token never leaves the connection's origin.
    private func nextQuery(
        _ link: String, after answer: ServiceClient.Answer, _ act: String
    ) throws(ConnectorFailure) -> String? {
        do {
            let target = try answer.url.resolving(link)
            if target.origin == client.base.origin, target.path == answer.url.path,
                target.query != answer.url.query
            {
                return target.query
            }
        } catch {}
        throw ConnectorFailure(
            .invalidAnswer,
            "connection '\(client.connection)': \(act): the next page is not at "
                + "\(client.base.origin)\(answer.url.path): \(link.prefix(200))")
    }

    func send(
        _ exchange: ServiceClient.Exchange, _ call: OperationCall
    ) async throws(ConnectorFailure) -> ServiceClient.Answer {
        var exchange = exchange
        exchange.path = "/api/v4" + exchange.path
        return try await client.send(exchange, for: call)
    }
}

/// The merge request that an operation is about, checked and encoded.
struct MergeRequestPlace: Sendable, Hashable {
    /// Number or encoded path.
    let project: String
    let iid: Int64

    init(_ call: OperationCall) throws(ConnectorFailure) {
        switch call.arguments["project"] {
        case .integer(let number)? where number > 0: project = "\(number)"
        case .string(let text)?: project = try ResourceText.segment(text, of: "project")
        default:
            throw ConnectorFailure(
                .invalidArguments, "argument 'project' must be a project's number or path")
        }
        guard let iid = call.arguments["iid"]?.integerValue, iid > 0 else {
            throw ConnectorFailure(.invalidArguments, "argument 'iid' must be a whole number")
        }
        self.iid = iid
    }

    var path: String { "/projects/\(project)/merge_requests/\(iid)" }
}

/// `Link` headers (RFC 8288), as far as paging needs them.
enum LinkHeader {
    static func next(in headers: [HTTPHeader]) -> String? {
        for value in headers.all("link") {
            var rest = value[...]
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">")
            {
                let target = rest[rest.index(after: open)..<close]
                rest = rest[rest.index(after: close)...]
                let parameters = rest.prefix { $0 != "<" }.lowercased()
                if parameters.contains("rel=\"next\"") || parameters.contains("rel=next") {
                    return String(target)
                }
            }
        }
        return nil
    }
}
