internal import HTTPListener
internal import JSONValue

/// The host itself: whether it is well, what it can enforce, its figures, who did what.
extension APIHandler {
    /// One JSON string, which is all that contracts with such a route agree on.
    func health() -> HTTPAnswer {
        var answer = HTTPAnswer.json(200, .null)
        // While it still looks at the machine it takes requests all the same.
        let word = standing == "starting" ? "ok" : standing
        answer.body = .bytes(Array(JSON.string(word).text.utf8))
        return answer
    }

    private var standing: String {
        if let fault = backend.storageFault() { return fault.code }
        guard let examination = backend.examination() else { return "starting" }
        return examination.isReady ? "ok" : "degraded"
    }

    /// What `sluice doctor` found on this machine when the host started.
    func doctor() -> HTTPAnswer {
        let report = backend.examination()?.report.objectValue ?? JSONObject()
        var object = JSONObject()
        object["status"] = .string(standing)
        for name in ["kernel", "layers", "profiles", "settings"] {
            object[name] = report[name] ?? .null
        }
        object["journal"] = backend.storageFault()?.json ?? ["state": "ok"]
        return .json(200, .object(object))
    }

    func figures() async -> HTTPAnswer {
        let text = PrometheusText.write(metrics.figures + (await backend.figures()))
        return HTTPAnswer(
            status: 200,
            headers: ["Content-Type": PrometheusText.contentType, "Cache-Control": "no-store"],
            body: .bytes(Array(text.utf8)))
    }

    func reload(_ call: APICall) throws -> HTTPAnswer {
        _ = try call.members([])
        try audit("host.reload", "host", call)
        return .json(200, try backend.reload())
    }

    func profiles() -> HTTPAnswer {
        .json(200, ["profiles": .array(backend.profiles().map(\.json))])
    }

    func profile(_ call: APICall) throws -> HTTPAnswer {
        let name = call.part("profile")
        guard let profile = backend.profiles().first(where: { $0.name == name }),
            case .object(var object) = profile.json
        else { throw APIFault(404, "not-found", "there is no such profile") }
        object["explanation"] = .string(profile.explanation)
        return .json(200, .object(object))
    }

    func auditRows(_ call: APICall) throws -> HTTPAnswer {
        .json(200, ["audit": .array(try keys.audit.latest(try call.limit(most: 1000)))])
    }
}
