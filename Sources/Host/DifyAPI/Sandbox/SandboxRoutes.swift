internal import FlowModel
package import HTTPListener
package import HostAPI
internal import JSONValue
internal import SandboxPolicy

/// The sandbox contract of Dify: what a code node is run through (`docs/dify-sandbox.md`).
package final class SandboxRoutes: MountedRoutes {
    private let backend: any SandboxBackend
    private let authentication: Authentication
    private let gate: RunGate
    /// Hears of what a client is told in other words.
    private let log: @Sendable (String, HTTPRequest) -> Void

    /// Most bytes of a request's body.
    package static let bodyLimit = 32 << 20

    /// - Parameters:
    ///   - requests: most that there may be at once, waiting ones included.
    ///   - workers: programs that run at once.
    package init(
        backend: any SandboxBackend, authentication: Authentication, requests: Int, workers: Int,
        log: @escaping @Sendable (String, HTTPRequest) -> Void
    ) {
        self.backend = backend
        self.authentication = authentication
        gate = RunGate(requests: requests, workers: workers)
        self.log = log
    }

    private enum Operation: String {
        case runProgram, listDependencies, updateDependencies, refreshDependencies
        case noSandboxRoute
    }

    private static let root = "/v1/sandbox"
    private static let routes: [(method: String, path: String, operation: Operation)] = [
        ("POST", "/v1/sandbox/run", .runProgram),
        ("GET", "/v1/sandbox/dependencies", .listDependencies),
        ("POST", "/v1/sandbox/dependencies/update", .updateDependencies),
        ("GET", "/v1/sandbox/dependencies/refresh", .refreshDependencies),
    ]

    private func find(_ method: String, _ path: String) -> Operation? {
        guard path.hasPrefix(Self.root), path.utf8.count == 11 || path.hasPrefix(Self.root + "/")
        else { return nil }
        return Self.routes.first { $0.method == method && $0.path == path }?.operation
            ?? .noSandboxRoute
    }

    // MARK: MountedRoutes

    package func operation(method: String, path: String) -> String? {
        find(method, path)?.rawValue
    }

    package func admit(_ head: HTTPRequest) -> HTTPAdmission {
        switch find(head.method, head.path) {
        case nil, .noSandboxRoute: return .refuse(noRoute(head))
        default: break
        }
        switch authentication.judge(head) {
        case .caller(let caller) where caller.may(.sandbox): break
        case .caller, .unknown: return .refuse(SandboxAnswers.unauthorized)
        case .tooMany(let seconds):
            var answer = SandboxAnswers.failure(
                429, -429, "too many wrong keys came from this address")
            answer.headers.set("Retry-After", String(seconds))
            return .refuse(answer)
        }
        if let length = head.headers["content-length"].flatMap(Int.init), length > Self.bodyLimit {
            return .refuse(
                SandboxAnswers.failure(
                    413, -413, "the request is longer than \(Self.bodyLimit >> 20) MiB"))
        }
        return .accept(bodyLimit: Self.bodyLimit)
    }

    /// One slash too many is mended, as clients of the contract are used to.
    private func noRoute(_ head: HTTPRequest) -> HTTPAnswer {
        guard head.path.hasSuffix("/"),
            let route = Self.routes.first(where: {
                $0.method == head.method && $0.path == head.path.dropLast()
            })
        else { return SandboxAnswers.noSuchPath }
        return SandboxAnswers.moved(to: route.path, method: head.method)
    }

    package func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        do throws(RequestFields.Fault) {
            switch find(request.method, request.path) {
            case .runProgram: return try await run(request)
            case .listDependencies:
                return try await dependencies(request) {
                    SandboxAnswers.success(await self.listed())
                }
            case .updateDependencies:
                // Nothing has to be copied anywhere: what is installed is there for the next run.
                return try await dependencies(request) {
                    SandboxAnswers.success(.object(JSONObject()))
                }
            case .refreshDependencies:
                return try await dependencies(request) { await self.refresh(request) }
            case nil, .noSandboxRoute: return noRoute(request)
            }
        } catch {
            return SandboxAnswers.failure(error.status, -400, error.message)
        }
    }

    // MARK: Programs

    private func run(_ request: HTTPRequest) async throws(RequestFields.Fault) -> HTTPAnswer {
        guard gate.come() else {
            return SandboxAnswers.failure(503, -503, "Too many requests")
        }
        defer { gate.leave() }
        let asked = try RunRequest(request)
        let language: ScriptLanguage
        switch asked.language {
        case "python3": language = .python
        case "nodejs": language = .javascript
        default: return SandboxAnswers.failure(400, -400, "unsupported language")
        }
        guard await gate.start() else { return Self.cancelled }
        defer { gate.stop() }
        return await result(
            SandboxProgram(
                language: language, code: Array(asked.code.utf8), wantsNetwork: asked.wantsNetwork),
            request)
    }

    /// Once a program has begun, the answer is never one after which clients send it again.
    private static let cancelled = SandboxAnswers.failure(
        200, -500, "the run was cancelled: the client went away or the host stops")

    private func result(_ program: SandboxProgram, _ request: HTTPRequest) async -> HTTPAnswer {
        do {
            let report = try await backend.run(program)
            guard
                let result = ProgramResult(
                    of: report, language: program.language,
                    limits: { backend.limits(of: program) })
            else { return Self.cancelled }
            return SandboxAnswers.success(result.json)
        } catch {
            log("a program could not be run: \(error)", request)
            return SandboxAnswers.failure(200, -500, "\(error)")
        }
    }

    // MARK: Dependencies

    private func dependencies(
        _ request: HTTPRequest, _ answer: () async -> HTTPAnswer
    ) async throws(RequestFields.Fault) -> HTTPAnswer {
        guard try DependencyRequest(request).language == "python3" else {
            return SandboxAnswers.failure(400, -400, "unsupported language")
        }
        return await answer()
    }

    private func listed() async -> JSON {
        let all = await backend.dependencies().map { dependency in
            ["name": .string(dependency.name), "version": .string(dependency.version)] as JSON
        }
        return ["dependencies": .array(all)]
    }

    private func refresh(_ request: HTTPRequest) async -> HTTPAnswer {
        do {
            try await backend.refresh()
            return SandboxAnswers.success(await listed())
        } catch {
            log("the packages could not be installed: \(error)", request)
            return SandboxAnswers.failure(200, -500, "\(error)")
        }
    }
}
