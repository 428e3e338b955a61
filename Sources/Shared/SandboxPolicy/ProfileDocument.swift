import YAMLDocuments

/// One file of `sandbox-profiles/` as it is written, before anything is folded together.
struct ProfileDocument: Sendable {
    /// An entry of `allow` or `refuse`: one reason for one or several calls.
    struct Entry: Sendable {
        let calls: [(name: String, location: SourceLocation)]
        /// Every way of `when:`; one empty way when there is none.
        let alternatives: [[ArgumentPredicate]]
        let reason: String
        /// Why the profile may do what its base does not allow; nil when it only narrows.
        let widens: String?
        let answer: RefusalAnswer
        let isQuiet: Bool
        let location: SourceLocation
    }

    struct Extension: Sendable {
        let base: String
        let location: SourceLocation
    }

    /// The base of JavaScript that runs in Node.js; every other base has the name of its language.
    static let nodeBase = "base/node"

    let file: String
    let name: String
    let summary: String
    /// The language whose runtime a base describes; nil for a profile.
    let language: ScriptLanguage?
    let location: SourceLocation
    let limits: Limits?
    let files: [String]
    let network: String
    let extends: [ScriptLanguage: Extension]
    let allow: [Entry]
    let refuse: [Entry]
    let requires: [String: Requirement]
}

/// What a mapping of a profile may hold, and a way to say what is wrong with it.
struct FaultCollector {
    let file: String
    private(set) var faults: [PolicyFault] = []

    init(file: String) { self.file = file }

    mutating func add(_ location: SourceLocation, _ message: String, hint: String = "") {
        faults.append(
            PolicyFault(file: file, location: location, message: message, hint: hint))
    }

    /// The members by key; unknown keys and what is no mapping become faults.
    mutating func members(
        of node: YAMLNode, in place: String, known: [String], required: [String] = []
    ) -> [String: YAMLMember] {
        guard let members = node.members else {
            add(node.location, "\(place) is \(node.kind), not a mapping of keys")
            return [:]
        }
        var result: [String: YAMLMember] = [:]
        for member in members {
            if known.contains(member.key) {
                result[member.key] = member
            } else {
                add(
                    member.keyLocation, "unknown key '\(member.key)' in \(place)",
                    hint: NearestName.hint(for: member.key, in: known))
            }
        }
        for key in required where result[key] == nil {
            add(node.location, "\(place) has no '\(key)'")
        }
        return result
    }

    /// The text of a scalar that is a string and not empty; nil with a fault otherwise.
    mutating func text(_ node: YAMLNode, _ place: String) -> String? {
        guard let text = node.stringValue else {
            add(node.location, "\(place) is \(node.kind), not a text")
            return nil
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            add(node.location, "\(place) is empty")
            return nil
        }
        return text
    }

    mutating func list(_ node: YAMLNode, _ place: String) -> [YAMLNode] {
        guard let elements = node.elements else {
            add(node.location, "\(place) is \(node.kind), not a list")
            return []
        }
        return elements
    }
}
