import HostAssembly
import JSONValue
import LinuxSystem

/// JSON given on the command line: itself, `@FILE`, or `-` for standard input.
enum JSONArgument {
    static func value(_ argument: String, option: String) throws -> JSON {
        let (bytes, place) = try content(of: argument, option: option)
        do {
            return try JSON.parse(bytes)
        } catch {
            throw CommandFailure.file("\(place): \(error)")
        }
    }

    /// An object; nothing given is the empty one.
    static func object(_ argument: String?, option: String) throws -> JSON {
        guard let argument else { return .object(JSONObject()) }
        let value = try value(argument, option: option)
        guard value.objectValue != nil else {
            throw CommandFailure.file(
                "\(option): the input of a script is a JSON object such as {\"a\": 1}, not \(value.kind)"
            )
        }
        return value
    }

    private static func content(
        of argument: String, option: String
    ) throws -> (bytes: [UInt8], place: String) {
        if argument == "-" {
            guard let bytes = StandardStream.input.readToEnd(limit: JSONLimits().size) else {
                throw CommandFailure.file("\(option): standard input cannot be read or is too long")
            }
            return (bytes, "standard input")
        }
        guard argument.hasPrefix("@") else { return (Array(argument.utf8), option) }
        let path = String(argument.dropFirst())
        return (try LocalFiles.read(path), path)
    }
}

/// What a Code node sees of the run around it: `{items, nodes: {NAME: items}}`.
enum ItemContext {
    /// `value`, or what is wrong with it; nothing and null mean none.
    static func checked(_ value: JSON?, name: String) throws(UsageError) -> JSON? {
        guard let value, !value.isNull else { return nil }
        guard let context = value.objectValue else {
            throw UsageError(
                message: "\(name) is \(value.kind); it is {\"items\": […], \"nodes\": {…}}")
        }
        try check(context["items"], name: "\(name): 'items'")
        guard let nodes = context["nodes"], !nodes.isNull else { return value }
        guard let items = nodes.objectValue else {
            throw UsageError(message: "\(name): 'nodes' is \(nodes.kind); it is {\"NAME\": […]}")
        }
        for (node, value) in items {
            try check(value, name: "\(name): the items of node '\(node)'")
        }
        return value
    }

    private static func check(_ items: JSON?, name: String) throws(UsageError) {
        guard let items, !items.isNull else { return }
        guard let list = items.arrayValue else {
            throw UsageError(message: "\(name) is \(items.kind); it is a list of items")
        }
        if let odd = list.first(where: { $0.objectValue == nil }) {
            throw UsageError(
                message: "\(name) has \(odd.kind) in it; an item is an object: {\"json\": {…}}")
        }
    }
}

extension JSON {
    /// The kind of value, with its article, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .double, .bigNumber: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
