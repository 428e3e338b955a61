import JSONValue
import SandboxPolicy
import YAMLDocuments

/// The members of one mapping in a file, read by name and type.
///
/// Every getter returns nil for a key that is absent, and for one whose value is wrong: that is then
/// among the faults.
struct Fields {
    let members: [YAMLMember]
    let location: SourceLocation
    /// As messages name the mapping: `node 'review'`.
    let owner: String
    let faults: FaultCollector
    /// Known keys that an unknown one most likely means; they do not count as missing.
    private(set) var misspelt: Set<String> = []

    /// Nil when `node` is no mapping.
    ///
    /// Keys beside `known` are faults.
    ///
    /// - Parameter shown: the keys that hints list, when those are fewer.
    init?(
        _ node: YAMLNode, of owner: String, known: [String], shown: [String]? = nil,
        faults: FaultCollector
    ) {
        let shown = shown ?? known
        guard let members = node.members else {
            faults.add(
                node, "\(owner) takes a mapping, not \(node.kind)",
                hint: "its keys are \(shown.joined(separator: ", "))")
            return nil
        }
        self.members = members
        self.location = node.location
        self.owner = owner
        self.faults = faults
        for member in members where !known.contains(member.key) && !faults.isFull {
            faults.add(
                member.keyLocation, member.key, "unknown key '\(member.key)' in \(owner)",
                hint: Nearest.suggestion(for: member.key, among: known)
                    ?? Nearest.hint(for: member.key, among: shown))
            if let meant = Nearest.name(to: member.key, among: known) { misspelt.insert(meant) }
        }
    }

    subscript(key: String) -> YAMLNode? {
        members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    func keyLocation(_ key: String) -> SourceLocation {
        members.first { $0.key == key }?.keyLocation ?? location
    }

    /// The value of a key that must be there.
    func required(_ key: String, hint: String? = nil) -> YAMLNode? {
        guard let value = self[key] else {
            guard !misspelt.contains(key) else { return nil }
            faults.add(location, "", "'\(key)' is missing in \(owner)", hint: hint)
            return nil
        }
        return value
    }

    /// A text that is no expression.
    func literal(_ key: String) -> String? {
        guard let node = self[key] else { return nil }
        return literal(node, key)
    }

    func literal(_ node: YAMLNode, _ key: String) -> String? {
        guard let text = node.stringValue else {
            wrongType(
                node, key, "a string", hint: node.scalarText.map { "write '\($0)' in quotes" })
            return nil
        }
        guard !TemplateText.hasExpression(text) else {
            faults.add(
                node, "'\(key)' in \(owner) must be written out; it cannot be an expression",
                hint: "write the name itself")
            return nil
        }
        return text
    }

    func duration(_ key: String, in range: ClosedRange<Duration>? = nil) -> Duration? {
        guard let node = self[key] else { return nil }
        guard let text = node.scalarText, node.scalar != .null else {
            wrongType(node, key, "a duration", hint: "write it like '20 s'")
            return nil
        }
        do {
            let duration = try Duration(quantity: text)
            if let range, !range.contains(duration) {
                let limits = "\(range.lowerBound.quantityText) to \(range.upperBound.quantityText)"
                faults.add(node, "'\(key)' in \(owner) must be \(limits), not \(text)")
                return nil
            }
            return duration
        } catch {
            faults.add(node, "'\(key)' in \(owner): \(error.message)")
            return nil
        }
    }

    /// An amount of bytes, such as `32 KiB`.
    func size(_ key: String, in range: ClosedRange<ByteCount>) -> ByteCount? {
        guard let node = self[key] else { return nil }
        guard let text = node.scalarText, node.scalar != .null else {
            wrongType(node, key, "a size", hint: "write it like '32 KiB'")
            return nil
        }
        do {
            let size = try ByteCount(quantity: text)
            guard range.contains(size) else {
                let limits =
                    "\(range.lowerBound.quantityText) to \(range.upperBound.quantityText)"
                faults.add(node, "'\(key)' in \(owner) must be \(limits), not \(text)")
                return nil
            }
            return size
        } catch {
            faults.add(node, "'\(key)' in \(owner): \(error.message)")
            return nil
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = self[key] else { return nil }
        guard case .integer(let number)? = node.scalar else {
            wrongType(node, key, "a whole number")
            return nil
        }
        guard let value = Int(exactly: number), range.contains(value) else {
            faults.add(
                node,
                "'\(key)' in \(owner) must be \(range.lowerBound) to \(range.upperBound), "
                    + "not \(number)")
            return nil
        }
        return value
    }

    func boolean(_ key: String) -> Bool? {
        guard let node = self[key] else { return nil }
        guard case .bool(let flag)? = node.scalar else {
            wrongType(node, key, "true or false")
            return nil
        }
        return flag
    }

    func choice(_ key: String, among known: [String]) -> String? {
        guard let text = literal(key), let node = self[key] else { return nil }
        guard known.contains(text) else {
            faults.add(
                node,
                "'\(key)' in \(owner) must be one of \(known.joined(separator: ", ")), not '\(text)'",
                hint: Nearest.suggestion(for: text, among: known))
            return nil
        }
        return text
    }

    /// A list of texts; elements that are none are faults and left out.
    func literals(_ key: String) -> [(text: String, node: YAMLNode)]? {
        guard let node = self[key] else { return nil }
        guard let elements = node.elements else {
            wrongType(node, key, "a list", hint: node.scalarText.map { "write [\($0)]" })
            return nil
        }
        return elements.compactMap { element in
            literal(element, key).map { ($0, element) }
        }
    }

    func wrongType(_ node: YAMLNode, _ key: String, _ wanted: String, hint: String? = nil) {
        if node.members?.isEmpty ?? false {
            faults.add(node.location, "", "'\(key)' in \(owner) is empty; it takes \(wanted)")
            return
        }
        faults.add(node, "'\(key)' in \(owner) takes \(wanted), not \(node.kind)", hint: hint)
    }
}
