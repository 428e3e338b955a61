package import JSONValue

extension JSON {
    /// Everything but false, null, 0 and empty text.
    package var countsAsTrue: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .double(let number): number != 0
        case .string(let text): !text.isEmpty
        case .bigNumber, .array, .object: true
        }
    }

    /// As it stands inside text: null is empty, text is itself, everything else compact JSON.
    package var interpolated: String {
        switch self {
        case .null: ""
        case .string(let text): text
        default: text
        }
    }

    /// Equality of `==`: numbers by value, text by bytes, objects whatever the order of members.
    package func isStrictlyEqual(to other: JSON) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.count == right.count
                && zip(left, right).allSatisfy { $0.isStrictlyEqual(to: $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { key, value in
                    right[key].map { value.isStrictlyEqual(to: $0) } ?? false
                }
        default: return numberOrder(to: other) == 0
        }
    }

    /// Below, equal or above zero; nil when the two have no order.
    func order(to other: JSON) -> Int? {
        if case .string(let left) = self, case .string(let right) = other {
            if left.utf8.elementsEqual(right.utf8) { return 0 }
            return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        }
        return numberOrder(to: other)
    }

    private func numberOrder(to other: JSON) -> Int? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)):
            return left == right ? 0 : left < right ? -1 : 1
        case (.bigNumber(let left), .bigNumber(let right)) where left == right: return 0
        default: break
        }
        guard let left = approximate, let right = other.approximate else { return nil }
        if left != right { return left < right ? -1 : 1 }
        // Doubles cannot tell neighbours beyond 2^53 apart; the exact integer decides.
        switch (self, other) {
        case (.integer(let left), .double(let right)): return Self.order(left, right)
        case (.double(let left), .integer(let right)): return Self.order(right, left).map { -$0 }
        case (.bigNumber, _), (_, .bigNumber): return isBig ? 1 : -1
        default: return 0
        }
    }

    private static func order(_ exact: Int64, _ double: Double) -> Int? {
        guard let whole = Int64(exactly: double) else { return -1 }
        return exact == whole ? 0 : exact < whole ? -1 : 1
    }

    private var isBig: Bool {
        if case .bigNumber = self { return true }
        return false
    }

    private var approximate: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .bigNumber(let text): Double(text)
        default: nil
        }
    }

    /// The number that JSON's grammar sees in a whole text, nil when it is none.
    init?(numberText text: String) {
        guard let first = text.utf8.first,
            first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            let value = try? JSON.parse(text)
        else { return nil }
        self = value
    }
}
