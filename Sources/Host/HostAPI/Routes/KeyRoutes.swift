internal import HTTPListener
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// Who may ask the API for what.
extension APIHandler {
    func keyRows() throws -> HTTPAnswer {
        .json(200, ["keys": .array(try keys.list().map(\.json))])
    }

    func createKey(_ call: APICall) throws -> HTTPAnswer {
        let body = try call.members(["scope", "flow", "name"])
        guard let scope = body["scope"]?.stringValue.flatMap(APIScope.init) else {
            throw APIFault(
                400, "invalid-body", "'scope' says what the key is for",
                details: APIScope.allCases.map(\.rawValue))
        }
        let flow = try text("flow", in: body)
        let name = try text("name", in: body)
        if scope.isForAllFlows, flow != nil {
            throw APIFault(
                400, "invalid-body", "a key of scope '\(scope.rawValue)' is not for one flow")
        }
        // SECURITY: nobody gives away more than they have.
        guard scope.covers.isSubset(of: call.caller.scope.covers),
            call.caller.flow == nil || call.caller.flow == flow
        else { throw APIFault(403, "forbidden", "a key makes none that may do more") }
        let made: (key: String, record: KeyRecord)
        do {
            made = try keys.make(
                KeyStore.Request(
                    scope: scope, flow: flow, name: name, by: call.caller.name, at: moment(),
                    peer: call.request.peer.description, request: call.request.id))
        } catch let error as KeyError {
            throw APIFault(400, "invalid-body", error.description)
        }
        guard case .object(var object) = made.record.json else { throw APIFault.noSuchPath }
        object["key"] = .string(made.key)
        return .json(201, .object(object))
    }

    func revokeKey(_ call: APICall) throws -> HTTPAnswer {
        _ = try call.members([])
        let id = call.part("key")
        guard
            let record = try keys.revoke(
                id, by: call.caller.name, at: moment(), peer: call.request.peer.description,
                request: call.request.id)
        else { throw APIFault(404, "not-found", "there is no such key") }
        return .json(200, record.json)
    }

    private func text(_ name: String, in body: JSONObject) throws(APIFault) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.stringValue, (1...128).contains(text.utf8.count) else {
            throw APIFault(400, "invalid-body", "'\(name)' is a text of 1 to 128 bytes")
        }
        return text
    }

    private func moment() -> String {
        Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds).description
    }
}
