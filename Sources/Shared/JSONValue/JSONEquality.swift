// Equality of JSON values.
//
// Numbers are equal when their decimal spellings mean the same number, whatever Swift case holds
// them: 1, 1.0 and 10e-1 are equal, as JSON Schema and both script languages have it. Objects are
// equal when they have the same members in any order. Text is compared by its bytes. Values of
// different JSON types are never equal. A NaN that somebody built equals itself, so that a value
// always equals itself.

extension JSON: Equatable {
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.string(let one), .string(let other)): haveSameBytes(one, other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        default:
            if let one = JSONNumber(left), let other = JSONNumber(right) {
                one == other
            } else {
                false
            }
        }
    }
}

extension JSON: Hashable {
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let flag): hasher.combine(flag)
        case .integer, .double, .bigNumber: hasher.combine(JSONNumber(self))
        case .string(let text): hasher.combine(textBytes: text)
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        for (place, member) in left.members.enumerated() {
            // Most equal objects have their members in the same order.
            let twin = right.members[place]
            if haveSameBytes(twin.key, member.key) {
                if twin.value != member.value { return false }
            } else {
                guard let value = right[member.key], value == member.value else { return false }
            }
        }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        // The same sum in whatever order the members come.
        var sum = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(textBytes: key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}
