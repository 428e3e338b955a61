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
