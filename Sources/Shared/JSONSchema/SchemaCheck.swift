import JSONValue

/// One walk of a value beside a schema.
struct SchemaCheck {
    private static let mostFaults = 100
    private static let deepest = 2_000

    let nodes: [SchemaNode]
    var faults: [JSONSchemaFault] = []
    /// Where in the value the walk is.
    private var path: [PathStep] = []
    private var stepsLeft: Int
    private var level = 0
    /// The check was given up: its faults mean nothing.
    private(set) var isExhausted = false

    init(nodes: [SchemaNode], value: JSON) {
        self.nodes = nodes
        stepsLeft = 100_000 + 1_000 * value.valueCount
    }

    mutating func check(_ value: JSON, against place: Int) {
        stepsLeft -= 1
        level += 1
        defer { level -= 1 }
        if stepsLeft < 0 || level > Self.deepest { isExhausted = true }
        guard !isExhausted else { return }
        let node = nodes[place]
        guard node.rules.acceptsAnything else {
            report("expected nothing here, found \(value.brief)")
            return
        }
        if let reference = node.rules.reference { check(value, against: reference) }
        if !node.rules.types.isEmpty, !node.rules.types.contains(where: { $0.fits(value) }) {
            let expected = node.rules.types.map(\.rawValue).joined(separator: " or ")
            report("expected \(expected), found \(value.brief)")
            return
        }
        checkChoices(value, node.rules)
        switch value {
        case .integer, .double, .bigNumber: checkNumber(value, node.rules)
        case .string(let text): checkText(text, node.rules)
        case .array(let elements): checkArray(elements, node.rules)
        case .object(let object): checkObject(object, node.rules)
        case .null, .bool: break
        }
        checkCombinations(value, node.rules)
    }

    mutating func report(_ message: String) {
        if faults.count < Self.mostFaults {
            faults.append(JSONSchemaFault(pointer: JSONPointer.text(path), message: message))
        }
    }

    /// Goes into the value and comes back.
    mutating func check(_ value: JSON, under step: PathStep, against place: Int) {
        path.append(step)
        check(value, against: place)
        path.removeLast()
    }

    /// What is wrong with the value by a subschema that need not hold.
    mutating func trial(_ value: JSON, against place: Int) -> [JSONSchemaFault] {
        let kept = faults
        faults = []
        check(value, against: place)
        defer { faults = kept }
        return faults
    }

    private mutating func checkChoices(_ value: JSON, _ rules: SchemaRules) {
        if let choices = rules.choices, !choices.contains(value) {
            let listed = choices.prefix(10).map(\.brief).joined(separator: ", ")
            let rest = choices.count > 10 ? ", …" : ""
            report("expected one of \(listed)\(rest), found \(value.brief)")
        }
        if let constant = rules.constant, constant != value {
            report("expected \(constant.brief), found \(value.brief)")
        }
    }

    private mutating func checkNumber(_ value: JSON, _ rules: SchemaRules) {
        if let minimum = rules.minimum, value.isLess(than: minimum) == true {
            report("expected at least \(minimum.brief), found \(value.brief)")
        }
        if let maximum = rules.maximum, maximum.isLess(than: value) == true {
            report("expected at most \(maximum.brief), found \(value.brief)")
        }
        if let bound = rules.exclusiveMinimum, bound.isLess(than: value) != true {
            report("expected more than \(bound.brief), found \(value.brief)")
        }
        if let bound = rules.exclusiveMaximum, value.isLess(than: bound) != true {
            report("expected less than \(bound.brief), found \(value.brief)")
        }
        if let divisor = rules.multipleOf, !value.isMultiple(of: divisor) {
            report("expected a multiple of \(divisor.brief), found \(value.brief)")
        }
    }

    private mutating func checkText(_ text: String, _ rules: SchemaRules) {
        if rules.length.minimum != nil || rules.length.maximum != nil {
            checkCount(text.unicodeScalars.count, rules.length, "character", "characters")
        }
        if let pattern = rules.pattern, !pattern.isFound(in: text) {
            report(
                "expected text that matches '\(pattern.source)', found \(JSON.string(text).brief)")
        }
    }

    mutating func checkCount(_ count: Int, _ range: CountRange, _ one: String, _ many: String) {
        if let minimum = range.minimum, count < minimum {
            report("expected at least \(minimum) \(minimum == 1 ? one : many), found \(count)")
        }
        if let maximum = range.maximum, count > maximum {
            report("expected at most \(maximum) \(maximum == 1 ? one : many), found \(count)")
        }
    }
}

extension JSON {
    /// The value and all that is inside it, counted.
    fileprivate var valueCount: Int {
        switch self {
        case .array(let elements): elements.reduce(1) { $0 + $1.valueCount }
        case .object(let object): object.members.reduce(1) { $0 + $1.value.valueCount }
        default: 1
        }
    }
}
