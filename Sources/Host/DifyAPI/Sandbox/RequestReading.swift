internal import HTTPListener
internal import JSONValue

/// The members of a request, however its body is written: JSON, a form, or several parts.
///
/// Which of them it is follows the rules of gin, the library that clients of the contract know: the header
/// `Content-Type: application/json`, exactly so, is judged more strictly than every other one. Messages are
/// those of Go's decoder and validator, which clients show to people.
struct RequestFields {
    /// Why a request is refused, with code -400.
    struct Fault: Error, Hashable {
        let message: String
        /// 400 for `application/json`, else 200.
        let status: Int
    }

    private enum Source {
        case json(JSONObject)
        case form([FormField])
    }

    private let source: Source
    private let status: Int

    /// - Parameter shape: how Go prints the type that a body is read into; for messages alone.
    init(_ request: HTTPRequest, shape: String) throws(Fault) {
        let header = request.headers["content-type"] ?? ""
        let type = header.prefix { $0 != ";" && $0 != " " }.lowercased()
        let isExact = header == "application/json"
        status = isExact ? 400 : 200
        if isExact || type == "application/json" && request.method != "GET" {
            source = .json(try Self.object(request.body, shape: shape, status: status))
        } else if type == "multipart/form-data" && request.method != "GET" {
            guard let boundary = FormField.boundary(in: header) else {
                throw Fault(message: "no multipart boundary param in Content-Type", status: status)
            }
            guard let fields = FormField.parts(of: request.body, boundary: boundary) else {
                throw Fault(message: "multipart: NextPart: EOF", status: status)
            }
            source = .form(fields)
        } else {
            var fields: [FormField] = []
            if type == "application/x-www-form-urlencoded" && request.method != "GET" {
                guard let found = FormField.pairs(of: request.body) else {
                    throw Fault(message: "invalid URL escape", status: status)
                }
                fields = found
            }
            source = .form(fields + request.query.map { FormField($0.name, $0.value) })
        }
    }

    private static func object(
        _ body: [UInt8], shape: String, status: Int
    ) throws(Fault) -> JSONObject {
        let blanks: Set<UInt8> = [9, 10, 13, 32]
        guard let first = body.first(where: { !blanks.contains($0) }) else {
            throw Fault(message: "EOF", status: status)
        }
        let value: JSON
        do {
            value = try JSON.parse(body)
        } catch {
            if error.offset >= body.count { throw Fault(message: "unexpected EOF", status: status) }
            let isValue = UInt8(ascii: "{") == first || UInt8(ascii: "[") == first
            guard isValue || !(33...126).contains(first) else {
                let mark = Character(Unicode.Scalar(first))
                throw Fault(
                    message: "invalid character '\(mark)' looking for beginning of value",
                    status: status)
            }
            throw Fault(message: "invalid JSON: \(error)", status: status)
        }
        switch value {
        case .object(let object): return object
        case .null: return JSONObject()
        default:
            throw Fault(
                message: "json: cannot unmarshal \(kind(of: value)) into Go value of type \(shape)",
                status: status)
        }
    }

    /// Go's word for a kind of JSON value.
    private static func kind(of value: JSON) -> String {
        switch value {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .bool: "bool"
        case .null: "null"
        default: "number"
        }
    }

    /// Names are compared without case, and the last one counts, as Go's decoder has it.
    private func value(_ name: String, in object: JSONObject) -> JSON? {
        var found: JSON?
        for (key, value) in object where key == name || key.lowercased() == name { found = value }
        return found
    }

    /// Empty where there is none.
    func text(_ name: String) throws(Fault) -> String {
        switch source {
        case .form(let fields): return fields.first { $0.name == name }?.value ?? ""
        case .json(let object):
            switch value(name, in: object) {
            case nil, .null: return ""
            case .string(let text): return text
            case let other?: throw mismatch(other, name, "string")
            }
        }
    }

    func flag(_ name: String) throws(Fault) -> Bool {
        switch source {
        case .json(let object):
            switch value(name, in: object) {
            case nil, .null: return false
            case .bool(let flag): return flag
            case let other?: throw mismatch(other, name, "bool")
            }
        case .form(let fields):
            let text = fields.first { $0.name == name }?.value ?? ""
            if ["1", "t", "T", "TRUE", "true", "True"].contains(text) { return true }
            if ["", "0", "f", "F", "FALSE", "false", "False"].contains(text) { return false }
            throw Fault(
                message: "strconv.ParseBool: parsing \"\(text)\": invalid syntax", status: status)
        }
    }

    private func mismatch(_ value: JSON, _ name: String, _ wanted: String) -> Fault {
        Fault(
            message: "json: cannot unmarshal \(Self.kind(of: value)) into Go struct field "
                + ".\(name) of type \(wanted)", status: status)
    }

    /// Throws one message for all that are empty and must not be.
    func require(_ fields: [(name: String, value: String)]) throws(Fault) {
        let missing = fields.filter { $0.value.isEmpty }.map { field in
            "Key: '\(field.name)' Error:Field validation for '\(field.name)' failed on the "
                + "'required' tag"
        }
        guard missing.isEmpty else {
            throw Fault(message: missing.joined(separator: "\n"), status: status)
        }
    }
}

/// What `POST /v1/sandbox/run` is given.
struct RunRequest {
    let language: String
    let code: String
    let wantsNetwork: Bool

    /// `preload` must be a text and is never run; other members are nobody's business.
    init(_ request: HTTPRequest) throws(RequestFields.Fault) {
        let fields = try RequestFields(request, shape: Self.shape)
        language = try fields.text("language")
        code = try fields.text("code")
        _ = try fields.text("preload")
        wantsNetwork = try fields.flag("enable_network")
        try fields.require([("Language", language), ("Code", code)])
    }

    private static let shape =
        #"struct { Language string "json:\"language\" form:\"language\" binding:\"required\""; "#
        + #"Code string "json:\"code\" form:\"code\" binding:\"required\""; "#
        + #"Preload string "json:\"preload\" form:\"preload\""; "#
        + #"EnableNetwork bool "json:\"enable_network\" form:\"enable_network\"" }"#
}

/// What the dependency routes are given.
struct DependencyRequest {
    let language: String

    init(_ request: HTTPRequest) throws(RequestFields.Fault) {
        let fields = try RequestFields(request, shape: Self.shape)
        language = try fields.text("language")
        try fields.require([("Language", language)])
    }

    private static let shape =
        #"struct { Language string "json:\"language\" form:\"language\" binding:\"required\"" }"#
}
