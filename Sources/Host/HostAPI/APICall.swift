internal import HTTPListener
internal import JSONValue
internal import Journal

/// A request whose caller may ask for it, with what its route says of it.
struct APICall: Sendable {
    let request: HTTPRequest
    let match: RouteMatch
    let caller: Caller

    /// What stands in the path in the place of `{name}`; every route has those that it asks for.
    func part(_ name: String) -> String { match.parts[name] ?? "" }

    /// The value of a query item; two of one name are refused, since nobody can say which counts.
    func value(_ name: String) throws(APIFault) -> String? {
        let values = values(name)
        guard values.count < 2 else { throw .invalidQuery("'\(name)' is there twice") }
        return values.first
    }

    func values(_ name: String) -> [String] {
        request.query.filter { $0.name == name }.map(\.value)
    }

    /// How many rows a page has.
    func limit(most: Int) throws(APIFault) -> Int {
        guard let text = try value("limit") else { return min(50, most) }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
            (1...most).contains(number)
        else { throw .invalidQuery("'limit' is a number from 1 to \(most)") }
        return number
    }

    /// A time or a date.
    func moment(_ name: String) throws(APIFault) -> Moment? {
        guard let text = try value(name) else { return nil }
        guard let moment = Moment(rfc3339: text) else {
            throw .invalidQuery(
                "'\(name)' is a date or a time, such as 2026-11-20 or 2026-11-20T09:12:33Z")
        }
        return moment
    }

    /// Every value of an item that may come several times, each one of the words of a type.
    func words<Word: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, of type: Word.Type
    ) throws(APIFault) -> Set<Word>? where Word.RawValue == String {
        let values = values(name)
        guard !values.isEmpty else { return nil }
        let words = values.compactMap { Word(rawValue: $0) }
        guard words.count == values.count else {
            throw .invalidQuery(
                "'\(name)' is none of the words that it can be",
                details: type.allCases.map(\.rawValue))
        }
        return Set(words)
    }

    /// The step that the path names, or the item of it that `key` names.
    func stepPath() throws(APIFault) -> StepPath {
        let path = StepPath(part("step"))
        return try value("key").map { path.item($0) } ?? path
    }

    /// The members of the body; an empty body is an empty object.
    ///
    /// Throws for members that the route does not know: a misspelt name must not pass as a default.
    func members(_ known: Set<String>) throws(APIFault) -> JSONObject {
        guard !request.body.isEmpty else { return JSONObject() }
        let type = request.headers["content-type"] ?? "application/json"
        let media = type.lowercased().prefix { $0 != ";" && $0 != " " }
        guard media == "application/json" else {
            throw APIFault(415, "unsupported-type", "the body must be application/json")
        }
        let value: JSON
        do {
            value = try JSON.parse(request.body)
        } catch {
            throw APIFault(
                400, "invalid-json", "the body is no JSON",
                details: ["line \(error.line), column \(error.column)"])
        }
        guard let object = value.objectValue else {
            throw APIFault(400, "invalid-body", "the body is no object")
        }
        let unknown = object.keys.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            let names = known.sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw APIFault(
                400, "invalid-body",
                known.isEmpty ? "the body has no members" : "the body has only \(names)",
                details: unknown)
        }
        return object
    }
}

extension RouteMatch {
    /// Refuses query items that the route does not know: a misspelt filter must not list everything.
    func checkQuery(_ request: HTTPRequest) throws(APIFault) {
        guard let name = request.query.first(where: { !route.query.contains($0.name) })?.name
        else { return }
        throw .invalidQuery(
            route.query.isEmpty
                ? "this takes no query"
                : "the query has only \(route.query.map { "'\($0)'" }.joined(separator: ", "))",
            details: [name])
    }
}
