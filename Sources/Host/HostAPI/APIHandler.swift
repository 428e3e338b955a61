package import HTTPListener
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// The host's face to the network: judges who asks for what, and answers.
package final class APIHandler: HTTPHandler {
    let backend: any HostBackend
    let authentication: Authentication
    let keys: KeyStore
    package let metrics = APIMetrics()
    private let mounted: [any MountedRoutes]
    private let log: AccessLog?

    /// - Parameter mounted: routes of other contracts, asked first.
    package init(
        backend: any HostBackend, keys: KeyStore, authentication: Authentication,
        mounted: [any MountedRoutes] = [], log: AccessLog?
    ) {
        self.backend = backend
        self.keys = keys
        self.authentication = authentication
        self.mounted = mounted
        self.log = log
    }

    // MARK: HTTPHandler

    package func admit(_ head: HTTPRequest) -> HTTPAdmission {
        if let mounted = mounted(for: head.method, head.path)?.routes { return mounted.admit(head) }
        do {
            let admitted = try judge(head)
            return .accept(bodyLimit: admitted.match.route.bodyLimit)
        } catch {
            return .refuse(error.answer(id: head.id))
        }
    }

    package func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        await RequestTrace.following(request) { await answerInTrace(request) }
    }

    private func answerInTrace(_ request: HTTPRequest) async -> HTTPAnswer {
        if let mounted = mounted(for: request.method, request.path)?.routes {
            return await mounted.answer(request)
        }
        do {
            return try await perform(try judge(request), request)
        } catch let fault as APIFault {
            return fault.answer(id: request.id)
        } catch let error where Self.isStorage(error) {
            // The log has it once, from who drives the journal.
            return APIFault(
                503, "cannot-store", "try again later: the host cannot store anything now",
                retryAfter: 5
            ).answer(id: request.id)
        } catch {
            // SECURITY: what went wrong inside is for the log; the client gets the name of its request.
            write(trouble: "\(error)", of: request)
            return APIFault(
                500, "internal",
                "the host could not do this; its log says why under the request's id"
            ).answer(id: request.id)
        }
    }

    /// Whether a full disk or its like kept something from being stored.
    package static func isStorage(_ error: any Error) -> Bool {
        switch error {
        case let error as JournalError: error.storeFault == .full || error.storeFault == .other
        case let error as PrivateFileError: Errno(error.code).isForLackOfSpace
        case let error as Errno: error.isForLackOfSpace
        default: false
        }
    }

    func write(trouble: String, of request: HTTPRequest) {
        log?.write(trouble: trouble, request: request)
    }

    package func completed(_ record: HTTPExchangeRecord) {
        let operation = mounted(for: record.method, record.path)?.operation
        metrics.count(record, as: operation ?? APIRoute.operation(record.method, record.path))
        log?.write(record)
    }

    private func mounted(
        for method: String, _ path: String
    ) -> (routes: any MountedRoutes, operation: String)? {
        for routes in mounted {
            if let operation = routes.operation(method: method, path: path) {
                return (routes, operation)
            }
        }
        return nil
    }

    // MARK: Judging

    struct Admitted {
        var match: RouteMatch
        var caller: Caller?
    }

    private func judge(_ request: HTTPRequest) throws(APIFault) -> Admitted {
        let match = try route(request)
        switch match.route.access {
        case .open, .hook: return Admitted(match: match, caller: nil)
        case .scope(let scope):
            switch authentication.judge(request) {
            case .tooMany(let seconds):
                throw APIFault(
                    429, "too-many-failures", "too many wrong keys came from this address",
                    retryAfter: seconds)
            case .unknown: throw .noKey
            case .caller(let caller):
                guard caller.may(scope) else {
                    throw APIFault(
                        403, "forbidden", "this needs a key of scope '\(scope.rawValue)'")
                }
                try match.checkQuery(request)
                return Admitted(match: match, caller: caller)
            }
        }
    }

    private func route(_ request: HTTPRequest) throws(APIFault) -> RouteMatch {
        switch RouteMatch.find(method: request.method, path: request.path) {
        case .match(let match):
            if match.route.operation == .receiveHook, !backend.hasHook(at: request.path) {
                throw .noSuchPath
            }
            return match
        case .otherMethods(let methods):
            throw .otherMethods(methods)
        case .none:
            // A webhook may listen at a path of its own.
            guard request.method == "POST", backend.hasHook(at: request.path),
                let route = APIRoute.all.first(where: { $0.operation == .receiveHook })
            else { throw .noSuchPath }
            return RouteMatch(route: route, parts: [:])
        }
    }
}
