import JSONValue
import YAMLDocuments

/// Where the host tells what it does, beside `/metrics`.
package struct TelemetryRule: Sendable, Hashable {
    /// Where traces go: `{endpoint: …, headers: {…}, sample: 1.0, private: […]}`.
    package struct Traces: Sendable, Hashable {
        package var endpoint: String
        /// In order; a value `secret:NAME` names a secret and is never its value.
        package var headers: [Header]
        /// How many of the traces that begin here are kept, from 0 to 1.
        package var sample: Double
        /// Private addresses or networks (CIDR) that the collector may have.
        package var privateAddresses: [String]
    }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// Nil: nowhere.
    package var traces: Traces?

    package init(traces: Traces? = nil) { self.traces = traces }
}

extension HostConfigurationReader {
    func readTelemetry(_ fields: Fields, _ connections: [Connection]) -> TelemetryRule {
        guard let node = fields["telemetry"],
            let telemetry = Fields(node, of: "'telemetry'", known: ["traces"], faults: faults),
            let traces = telemetry["traces"],
            let rule = Fields(
                traces, of: "'traces' of 'telemetry'",
                known: ["endpoint", "headers", "sample", "private"], faults: faults),
            rule.required(
                "endpoint", hint: "such as endpoint: http://127.0.0.1:4318/v1/traces") != nil,
            let endpoint = url(rule, "endpoint")
        else { return TelemetryRule() }
        let headers = readHeaders(rule)
        checkOrigin(of: headers, endpoint, rule, connections)
        return TelemetryRule(
            traces: TelemetryRule.Traces(
                endpoint: endpoint, headers: headers, sample: share(rule),
                privateAddresses: networks(rule, "private")))
    }

    private func share(_ rule: Fields) -> Double {
        guard let node = rule["sample"] else { return 1 }
        switch node.scalar {
        case .integer(let number) where (0...1).contains(number): return Double(number)
        case .double(let number) where (0...1).contains(number): return number
        default:
            rule.wrongType(node, "sample", "a number from 0 to 1")
            return 1
        }
    }

    private func readHeaders(_ rule: Fields) -> [TelemetryRule.Header] {
        guard let node = rule["headers"] else { return [] }
        guard let members = node.members else {
            rule.wrongType(node, "headers", "a mapping of names to texts")
            return []
        }
        return members.compactMap { member in
            guard let value = member.value.stringValue, Self.isHeader(member.key, value) else {
                faults.add(
                    member.value.location, "",
                    "header '\(member.key)' of 'traces' is no header with a text",
                    hint: "such as X-Scope: main, or Authorization: secret:NAME", hidesSource: true)
                return nil
            }
            let isCredential = CredentialName.isCredential(member.key)
            if isCredential || CredentialName.looksLikeCredential(value),
                !SecretReference.isReference(value)
            {
                faults.add(
                    member.value.location, "",
                    "header '\(member.key)' of 'traces' is a credential and cannot be written out",
                    hint: "run 'sluice secrets set NAME' and write secret:NAME here",
                    hidesSource: true)
            }
            return TelemetryRule.Header(name: member.key, value: value)
        }
    }

    private static func isHeader(_ name: String, _ value: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            } && value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    }

    /// SECURITY: a secret is bound to one origin, a collector's like a connection's.
    private func checkOrigin(
        of headers: [TelemetryRule.Header], _ endpoint: String, _ rule: Fields,
        _ connections: [Connection]
    ) {
        let secrets = Set(headers.compactMap { SecretReference.name(in: $0.value) })
        guard !secrets.isEmpty, let own = try? ConfiguredURL(endpoint) else { return }
        for connection in connections {
            let used = SecretReference.names(in: .object(connection.settings))
            guard let shared = used.first(where: secrets.contains) else { continue }
            let address = ["url", "base-url", "base_url"].compactMap {
                connection.settings[$0]?.stringValue
            }.first
            let origin = address.flatMap { try? ConfiguredURL($0) }?.origin
            guard origin != own.origin else { continue }
            faults.add(
                rule.keyLocation("headers"), "headers",
                "the secret '\(shared)' is bound to \(origin ?? "another service") by connection "
                    + "'\(connection.name)', and cannot go to \(own.origin) too",
                hint: "run 'sluice secrets set' with another name for this one")
        }
    }
}
