import JSONValue
import YAMLDocuments

extension FaultCollector {
    /// The JSON value that a part of the file stands for; nil, and a fault, when there is none.
    func json(_ node: YAMLNode) -> JSON? {
        switch node.content {
        case .scalar: return scalarJSON(node)
        case .sequence(let elements):
            let values = elements.map(json)
            return values.contains { $0 == nil } ? nil : .array(values.compactMap(\.self))
        case .mapping(let members):
            var object = JSONObject()
            var isComplete = true
            for member in members {
                guard let value = json(member.value) else {
                    isComplete = false
                    continue
                }
                object[member.key] = value
            }
            return isComplete ? .object(object) : nil
        }
    }

    func scalarJSON(_ node: YAMLNode) -> JSON? {
        switch node.scalar {
        case .null?, nil: return .null
        case .bool(let flag)?: return .bool(flag)
        case .integer(let number)?: return .integer(number)
        case .string(let text)?: return .string(text)
        case .double(let number)?:
            guard number.isFinite else {
                add(
                    node, "JSON has no number '\(node.scalarText ?? "")'",
                    hint: "write it in quotes if it is a string")
                return nil
            }
            // All digits of a number that a double would round.
            return JSON(numberText: node.scalarText ?? "") ?? .double(number)
        }
    }
}

extension YAMLNode {
    /// The part of the file at a JSON Pointer (RFC 6901), or the nearest part around it.
    func part(at pointer: String) -> YAMLNode {
        var node = self
        for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = Self.unescaped(token)
            if let next = node[name] {
                node = next
            } else if let index = Int(name), let elements = node.elements,
                elements.indices.contains(index)
            {
                node = elements[index]
            } else {
                break
            }
        }
        return node
    }

    private static func unescaped(_ token: Substring) -> String {
        var name = ""
        var rest = token[...]
        while let character = rest.popFirst() {
            if character == "~", let code = rest.first, code == "0" || code == "1" {
                name += code == "0" ? "~" : "/"
                rest.removeFirst()
            } else {
                name.append(character)
            }
        }
        return name
    }
}
