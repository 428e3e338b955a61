import JSONValue

/// One subschema, ready to check values; a class, so that a step of the check copies nothing.
final class SchemaNode: Sendable {
    let rules: SchemaRules

    init(_ rules: SchemaRules) { self.rules = rules }
}

/// What one subschema asks; other subschemas are named by their place in the list of all.
struct SchemaRules: Sendable {
    /// False for the schema `false`, which nothing fits.
    var acceptsAnything = true
    var types: [SchemaType] = []
    var choices: [JSON]?
    var constant: JSON?

    var minimum: JSON?
    var exclusiveMinimum: JSON?
    var maximum: JSON?
    var exclusiveMaximum: JSON?
    var multipleOf: JSON?

    /// Lengths count Unicode code points, as RFC 8259 counts characters.
    var length = CountRange()
    var pattern: Pattern?

    var itemCount = CountRange()
    var itemsAreUnique = false
    var prefixItems: [Int] = []
    var items: Int?

    var memberCount = CountRange()
    var required: [String] = []
    var dependentRequired: [(key: String, needs: [String])] = []
    /// By name the place of its schema: an object, whose keys compare by bytes and keep their order.
    var properties = JSONObject()
    var patternProperties: [(pattern: Pattern, schema: Int)] = []
    var additionalProperties: Int?
    var memberNames: Int?

    var reference: Int?
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?

    /// The subschemas that look at the very value this one looks at.
    var besides: [Int] {
        [reference, not].compactMap { $0 } + allOf + anyOf + oneOf
    }
}

enum SchemaType: String, Sendable, CaseIterable {
    case null, boolean, integer, number, string, array, object

    /// `integer` is any number without a fraction, so `1.0` too.
    func fits(_ value: JSON) -> Bool {
        switch self {
        case .integer: value.isWholeNumber
        default: value.typeName == rawValue
        }
    }
}

struct CountRange: Sendable {
    var minimum: Int?
    var maximum: Int?
}
