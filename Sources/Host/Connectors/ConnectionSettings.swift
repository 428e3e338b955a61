internal import FlowModel
internal import YAMLDocuments
internal import HTTPTransport
internal import JSONValue

/// One thing that is wrong with a connection in `sluice.yaml`.
package struct ConnectionFault: Sendable, Hashable, CustomStringConvertible {
    package let connection: String
    package let message: String
    package let line: Int
    package let column: Int
    package let file: String?

    package var description: String {
        "\(file ?? "sluice.yaml"):\(line):\(column): connection '\(connection)': \(message)"
    }
}

/// The connectors cannot be built from the configuration; lists every fault.
package struct ConnectorSetupError: Error, Sendable, Hashable, CustomStringConvertible {
    package let faults: [ConnectionFault]
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Reads the settings of one connection and gathers what is wrong with them.
struct ConnectionSettings {
    let connection: Connection
    private let file: String?
    private var asked: Set<String> = []
    private(set) var faults: [ConnectionFault] = []

    init(_ connection: Connection, file: String?) {
        self.connection = connection
        self.file = file
    }

    mutating func fail(_ message: String) {
        faults.append(
            ConnectionFault(
                connection: connection.name, message: message, line: connection.location.line,
                column: connection.location.column, file: file))
    }

    mutating func text(_ key: String) -> String? {
        guard let value = take(key) else { return nil }
        guard let text = value.stringValue, !text.isEmpty else {
            fail("'\(key)' must be a text")
            return nil
        }
        guard !text.hasPrefix("secret:") else {
            fail("'\(key)' is no credential, so it cannot be a secret; write its value")
            return nil
        }
        return text
    }

    mutating func requiredText(_ key: String, example: String) -> String {
        let isMissing = connection.settings[key] == nil
        if let text = text(key) { return text }
        if isMissing { fail("'\(key)' is missing; write \(key): \(example)") }
        return ""
    }

    mutating func choice(_ key: String, of choices: [String]) -> String? {
        guard let text = text(key) else { return nil }
        guard choices.contains(text) else {
            fail("'\(key)' is one of \(choices.joined(separator: ", ")), not '\(text)'")
            return nil
        }
        return text
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = take(key) else { return nil }
        guard let number = value.integerValue, range.contains(Int(number)) else {
            fail("'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return Int(number)
    }

    mutating func number(_ key: String) -> JSON? {
        guard let value = take(key) else { return nil }
        switch value {
        case .integer, .double: return value
        default:
            fail("'\(key)' must be a number")
            return nil
        }
    }

    /// Reads `90 s`, `5 min`, `500 ms` or a whole number of seconds.
    mutating func duration(_ key: String) -> Duration? {
        guard let value = take(key) else { return nil }
        if let seconds = value.integerValue, seconds > 0, seconds < 86_400 {
            return .seconds(seconds)
        }
        if let text = value.stringValue {
            let compact = text.filter { $0 != " " }.replacing("min", with: "m")
            if let duration = RetryAfter.compactDuration(compact), duration > .zero {
                return duration
            }
        }
        fail("'\(key)' must be a duration such as 90 s")
        return nil
    }

    mutating func url(_ key: String, example: String) -> HTTPURL? {
        let text = requiredText(key, example: example)
        guard !text.isEmpty else { return nil }
        do {
            let url = try HTTPURL(text)
            guard url.query == nil else {
                fail("'\(key)' holds a query; write the address without it")
                return nil
            }
            return url
        } catch {
            fail("'\(key)': \(error)")
            return nil
        }
    }

    /// The only kind of setting in which a secret may stand.
    mutating func secret(_ key: String) -> SecretName? {
        guard let value = take(key) else { return nil }
        guard let text = value.stringValue, text.hasPrefix("secret:") else {
            fail("'\(key)' must be secret:NAME; a credential never stands in the configuration")
            return nil
        }
        do {
            return try SecretName(String(text.dropFirst("secret:".count)))
        } catch {
            fail("'\(key)': \(error)")
            return nil
        }
    }

    /// Plain headers that every request carries.
    mutating func headers(_ key: String) -> [HTTPHeader] {
        guard let value = take(key) else { return [] }
        guard let object = value.objectValue else {
            fail("'\(key)' must be a mapping of names to texts")
            return []
        }
        var headers: [HTTPHeader] = []
        for (name, member) in object {
            guard let text = member.stringValue, !text.hasPrefix("secret:"),
                !HeaderRules.isCredential(name)
            else {
                fail("'\(key)': header '\(name)' must be a text and no credential")
                continue
            }
            headers.append(HTTPHeader(name, text))
        }
        return headers
    }

    mutating func refuseUnknownKeys() {
        for key in connection.settings.keys where !asked.contains(key) {
            let known = asked.sorted().joined(separator: ", ")
            fail("unknown key '\(key)'; known are at-once, kind, private, \(known)")
        }
    }

    private mutating func take(_ key: String) -> JSON? {
        asked.insert(key)
        guard let value = connection.settings[key], !value.isNull else { return nil }
        return value
    }
}

/// Which headers nobody but a connection's credential setting may write.
enum HeaderRules {
    private static let credentials: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "private-token",
        "job-token",
        "x-api-key", "api-key", "x-goog-api-key", "x-auth-token", "x-gitlab-token", "host",
        "x-forwarded-host", "forwarded",
    ]

    static func isCredential(_ name: String) -> Bool { credentials.contains(name.lowercased()) }
}
