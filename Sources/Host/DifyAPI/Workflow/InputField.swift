internal import FlowModel
internal import JSONValue

/// An input of a flow as a field of Dify's form, and how Dify reads a value for it.
struct InputField: Sendable {
    enum Kind: String, Sendable {
        case textInput = "text-input"
        case paragraph, select, number, checkbox, file
        case fileList = "file-list"
        case jsonObject = "json_object"
    }

    let declaration: InputDeclaration
    let kind: Kind

    /// A text of more characters than this gets a field of several lines.
    private static let longestLine = 256

    init(_ declaration: InputDeclaration) {
        self.declaration = declaration
        kind =
            switch declaration.type {
            case .string where !declaration.choices.isEmpty: .select
            case .string:
                declaration.maxLength.map { $0 <= Self.longestLine } ?? false
                    ? .textInput : .paragraph
            case .secret: .textInput
            case .integer, .number: .number
            case .boolean: .checkbox
            case .object, .array: .jsonObject
            case .file: .file
            case .fileList: .fileList
            }
    }

    private var name: String { declaration.name }

    /// `{"text-input": {label, variable, …}}`, as `user_input_form` has it.
    var json: JSON {
        var field = JSONObject()
        field["variable"] = .string(name)
        field["label"] = .string(declaration.summary ?? name)
        field["type"] = .string(kind.rawValue)
        field["required"] = .bool(declaration.isRequired)
        field["max_length"] = declaration.maxLength.map { .integer(Int64($0)) } ?? .null
        field["options"] = .array(declaration.choices.map(JSON.string))
        field["default"] = declaration.defaultValue ?? .null
        field["hide"] = false
        switch kind {
        case .file, .fileList:
            field["allowed_file_types"] = ["image", "document", "audio", "video", "custom"]
            field["allowed_file_extensions"] = []
            field["allowed_file_upload_methods"] = ["remote_url", "local_file"]
        case .jsonObject:
            field["json_schema"] = ["type": .string(declaration.type.rawValue)]
        default: break
        }
        return [kind.rawValue: .object(field)]
    }

    /// The value as the flow gets it, null where none was given; files are still as the client named
    /// them.
    func read(_ given: JSON?) throws(WorkflowFault) -> JSON {
        guard let given, !given.isNull else {
            if declaration.isRequired { throw .invalid("\(name) is required in input form") }
            return .null
        }
        switch kind {
        case .textInput, .paragraph, .select: return try text(given)
        case .number: return try number(given)
        case .checkbox: return checkbox(given)
        case .jsonObject: return try structure(given)
        case .file:
            if given.stringValue?.isEmpty ?? false, !declaration.isRequired { return .null }
            guard given.objectValue != nil else {
                throw .invalid("\(name) in input form must be a file")
            }
            return given
        case .fileList:
            if given.stringValue?.isEmpty ?? false, !declaration.isRequired { return .null }
            guard let files = given.arrayValue, files.allSatisfy({ $0.objectValue != nil }) else {
                throw .invalid("\(name) in input form must be a list of files")
            }
            if let most = declaration.maxLength, files.count > most {
                throw .invalid("\(name) in input form must be less than \(most) files")
            }
            return given
        }
    }

    private func text(_ given: JSON) throws(WorkflowFault) -> JSON {
        guard let text = given.stringValue else {
            throw .invalid("(type '\(kind.rawValue)') \(name) in input form must be a string")
        }
        if kind == .select, !declaration.choices.contains(text) {
            let known = declaration.choices.map { "'\($0)'" }.joined(separator: ", ")
            throw .invalid("\(name) in input form must be one of the following: [\(known)]")
        }
        if let most = declaration.maxLength, text.unicodeScalars.count > most {
            throw .invalid("\(name) in input form must be less than \(most) characters")
        }
        // Dify takes them out, and no text of a script's has a use for them.
        return .string(String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\0" })))
    }

    private func number(_ given: JSON) throws(WorkflowFault) -> JSON {
        switch given {
        case .integer, .double, .bigNumber: return given
        case .string(let text):
            let word = text.drop { $0.isWhitespace }
            guard let end = word.lastIndex(where: { !$0.isWhitespace }) else {
                if declaration.isRequired { throw .invalid("\(name) is required in input form") }
                return .null
            }
            let digits = word[...end]
            if let number = Int64(digits) { return .integer(number) }
            if let number = Double(digits), let value = JSON(finite: number) { return value }
            throw .invalid("\(name) in input form must be a valid number")
        default: throw .invalid("\(name) in input form must be a valid number")
        }
    }

    private func checkbox(_ given: JSON) -> JSON {
        if let text = given.stringValue?.lowercased() {
            if ["true", "1", "yes", "on"].contains(text) { return true }
            if ["false", "0", "no", "off", ""].contains(text) { return false }
        }
        switch given.integerValue {
        case 1: return true
        case 0: return false
        default: return given
        }
    }

    /// An object, or the JSON text of one; an input of type array likewise.
    private func structure(_ given: JSON) throws(WorkflowFault) -> JSON {
        var value = given
        if let text = given.stringValue {
            if text.isEmpty, !declaration.isRequired { return .null }
            value = (try? JSON.parse(text)) ?? given
        }
        if declaration.type == .array {
            guard value.arrayValue != nil else {
                throw .invalid("\(name) in input form must be a list")
            }
        } else if value.objectValue == nil {
            throw .invalid("\(name) in input form must be a dict")
        }
        return value
    }
}
