/// A JSON document (RFC 8259) as a value.
///
/// Order of members is kept. Integers that fit 64 bits are exact; a number that neither `Int64` nor
/// `Double` can hold without loss keeps its text. Text is compared by its bytes, never by Unicode
/// canonical equivalence: two keys that only look alike are two keys.
///
/// A value that was parsed is never deeper than `JSONLimits.deepest`. Code that builds values keeps
/// to that too: writing, comparing and releasing a value recurse once per level.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A finite number that its shortest decimal spelling gives back; see `init(finite:)` for numbers
    /// that were computed. The parser never makes NaN or an infinity.
    case double(Double)
    /// The text of a number that no machine type holds exactly; it is written back unchanged.
    case bigNumber(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    /// A number that was computed; nil for NaN and the infinities, which JSON cannot say.
    package init?(finite number: Double) {
        guard number.isFinite else { return nil }
        self = .double(number)
    }

    /// The member named `key`, or nil when this is no object or has no such member.
    package subscript(key: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    /// The element at `index`, or nil when this is no array or is shorter.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    package var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, when it has no fraction and fits 64 bits.
    ///
    /// That is `5`, and also the `5.0` that Python's division makes. Doubles beyond 2^53 are nil,
    /// since they stand for many integers.
    package var integerValue: Int64? {
        switch self {
        case .integer(let number): number
        case .double(let number): JSONNumber.exactInteger(number)
        default: nil
        }
    }

    /// Any number, rounded to the nearest double; nil for what is no number or is beyond all doubles.
    package var doubleValue: Double? {
        switch self {
        case .integer(let number): return Double(number)
        case .double(let number): return number
        case .bigNumber(let text):
            guard let number = Double(text), number.isFinite else { return nil }
            return number
        default: return nil
        }
    }

    package var boolValue: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    package var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var objectValue: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// What kind of value this is, in the word that messages use.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .double, .bigNumber: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}

extension JSON: CustomStringConvertible {
    package var description: String { text }
}
