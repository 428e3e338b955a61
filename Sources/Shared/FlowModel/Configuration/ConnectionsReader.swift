import JSONValue
import YAMLDocuments

extension HostConfigurationReader {
    /// The connections, and the names of those in which nothing is wrong so far.
    func readConnections(_ fields: Fields) -> (all: [Connection], sound: Set<String>) {
        guard let node = fields["connections"] else { return ([], []) }
        guard let members = node.members else {
            fields.wrongType(node, "connections", "a mapping from name to connection")
            return ([], [])
        }
        var drafts: [Draft] = []
        var sound: Set<String> = []
        for member in members {
            let before = faults.count
            if let draft = readConnection(member) { drafts.append(draft) }
            if faults.count == before { sound.insert(member.key) }
        }
        checkOrigins(drafts)
        return (drafts.map(\.connection), sound)
    }

    private struct Draft {
        let connection: Connection
        /// Nil when the address has a fault.
        let origin: String?
        let node: YAMLNode
    }

    private func readConnection(_ member: YAMLMember) -> Draft? {
        let owner = "connection '\(member.key)'"
        if let fault = NameRule.node.fault(of: member.key) {
            faults.add(
                member.keyLocation, member.key,
                "'\(member.key)' is no name for a connection: \(fault)")
        }
        guard let members = member.value.members else {
            faults.add(member.value, "\(owner) takes a mapping, not \(member.value.kind)")
            return nil
        }
        let known = members.map(\.key)
        guard let fields = Fields(member.value, of: owner, known: known, faults: faults),
            fields.required("kind", hint: kindHint) != nil, let kind = fields.literal("kind")
        else { return nil }
        let kinds = operations.connectionKinds
        if !kinds.isEmpty, !kinds.contains(kind), let node = fields["kind"] {
            faults.add(
                node, "there is no connector of kind '\(kind)'",
                hint: Nearest.hint(for: kind, among: kinds))
        }
        var settings = JSONObject()
        var origin: String? = kind
        for setting in members where !["kind", "at-once", "private"].contains(setting.key) {
            checkSetting(setting, owner)
            settings[setting.key] = faults.json(setting.value)
            guard ["url", "base-url", "base_url"].contains(setting.key),
                let text = setting.value.stringValue
            else { continue }
            origin = url(fields, setting.key) == nil ? nil : (try? ConfiguredURL(text))?.origin
        }
        return Draft(
            connection: Connection(
                name: member.key, kind: kind, settings: settings,
                atOnce: fields.integer("at-once", in: 1...1000),
                privateAddresses: networks(fields, "private"), location: member.keyLocation),
            origin: origin, node: member.value)
    }

    private var kindHint: String? {
        let kinds = operations.connectionKinds
        return kinds.isEmpty ? nil : "known are \(kinds.joined(separator: ", "))"
    }

    /// SECURITY: a secret stands only in a credential setting, and a credential is only ever the
    /// name of a secret.
    private func checkSetting(_ setting: YAMLMember, _ owner: String) {
        let isCredential = CredentialName.isCredential(setting.key)
        switch setting.value.content {
        case .mapping(let members):
            for member in members { checkSetting(member, owner) }
        case .sequence(let elements):
            for element in elements {
                checkSetting(
                    YAMLMember(
                        key: setting.key, keyLocation: setting.keyLocation, value: element),
                    owner)
            }
        case .scalar(let text, _):
            let isReference = SecretReference.isReference(text)
            if isCredential, !isReference, setting.value.stringValue != nil {
                refuseLiteral(setting, owner)
            } else if text.hasPrefix("secret:"), !isReference {
                faults.add(
                    setting.value, "'\(text)' names no secret",
                    hint: "a name has letters, digits, '-' and '_': secret:NAME")
            } else if isReference, !isCredential {
                faults.add(
                    setting.value,
                    "'\(setting.key)' in \(owner) is no credential setting; "
                        + "a secret cannot stand here")
            } else if CredentialName.looksLikeCredential(text) {
                refuseLiteral(setting, owner)
            }
        }
    }

    private func refuseLiteral(_ setting: YAMLMember, _ owner: String) {
        faults.add(
            setting.value.location, "",
            "'\(setting.key)' in \(owner) is a credential and cannot be written out",
            hint: "run 'sluice secrets set NAME' and write secret:NAME here", hidesSource: true)
    }

    /// `vars` are read by every flow.
    func refuseCredentials(_ node: YAMLNode) {
        for member in node.members ?? [] {
            refuseCredentials(member.value)
            guard let text = member.value.stringValue else { continue }
            if SecretReference.isReference(text) || CredentialName.looksLikeCredential(text) {
                faults.add(
                    member.value.location, "",
                    "'\(member.key)' in 'vars' holds a credential; every flow reads 'vars'",
                    hint: "put it into a connection", hidesSource: true)
            }
        }
    }

    /// SECURITY: a secret is bound to one origin, so that no setting can send it elsewhere.
    private func checkOrigins(_ drafts: [Draft]) {
        var first: [String: Draft] = [:]
        for draft in drafts {
            guard let origin = draft.origin else { continue }
            for name in SecretReference.names(in: .object(draft.connection.settings)) {
                guard let earlier = first[name] else {
                    first[name] = draft
                    continue
                }
                guard let bound = earlier.origin, bound != origin else { continue }
                faults.add(
                    draft.connection.location, draft.connection.name,
                    "the secret '\(name)' is bound to \(bound) by connection "
                        + "'\(earlier.connection.name)', and cannot go to \(origin) too",
                    hint: "run 'sluice secrets set' with another name for this one")
            }
        }
    }
}

extension SecretReference {
    /// The names of all secrets in a value.
    static func names(in value: JSON) -> [String] {
        switch value {
        case .string(let text): name(in: text).map { [$0] } ?? []
        case .array(let elements): elements.flatMap(names)
        case .object(let object): object.flatMap { names(in: $0.value) }
        default: []
        }
    }
}

/// Which settings are credentials, by their names.
enum CredentialName {
    static let words: Set<String> = [
        "token", "password", "passphrase", "secret", "key", "apikey", "authorization", "credential",
        "credentials", "cookie",
    ]

    /// By the last word of the name: `token`, `api-key`, `signing_secret`, `Authorization`.
    static func isCredential(_ name: String) -> Bool {
        let last = name.lowercased().split { $0 == "-" || $0 == "_" || $0 == "." }.last
        return last.map { words.contains(String($0)) } ?? false
    }

    /// By the beginnings that services give to their tokens.
    static func looksLikeCredential(_ text: String) -> Bool {
        let beginnings = [
            "glpat-", "gldt-", "glrt-", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "xoxb-",
            "xoxp-", "xapp-", "sk-", "-----BEGIN",
        ]
        return text.utf8.count >= 12 && beginnings.contains { text.hasPrefix($0) }
    }
}
