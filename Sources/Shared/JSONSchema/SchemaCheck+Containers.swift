import JSONValue

extension SchemaCheck {
    mutating func checkArray(_ elements: [JSON], _ rules: SchemaRules) {
        checkCount(elements.count, rules.itemCount, "item", "items")
        for (index, element) in elements.enumerated() {
            if index < rules.prefixItems.count {
                check(element, under: .index(index), against: rules.prefixItems[index])
            } else if let items = rules.items {
                check(element, under: .index(index), against: items)
            }
        }
        guard rules.itemsAreUnique else { return }
        var first: [JSON: Int] = [:]
        for (index, element) in elements.enumerated() {
            if let earlier = first[element] {
                report("expected unique items, found items \(earlier) and \(index) equal")
                return
            }
            first[element] = index
        }
    }

    mutating func checkObject(_ object: JSONObject, _ rules: SchemaRules) {
        checkCount(object.count, rules.memberCount, "member", "members")
        for key in rules.required where object[key] == nil {
            report("the member '\(key)' is missing")
        }
        for (key, needs) in rules.dependentRequired where object[key] != nil {
            for need in needs where object[need] == nil {
                report("the member '\(need)' is missing, which '\(key)' needs")
            }
        }
        for (key, value) in object {
            if let names = rules.memberNames {
                check(.string(key), under: .key(key), against: names)
            }
            checkMember(key, value, rules)
        }
    }

    private mutating func checkMember(_ key: String, _ value: JSON, _ rules: SchemaRules) {
        var isCovered = false
        if let schema = rules.properties[key]?.integerValue {
            isCovered = true
            check(value, under: .key(key), against: Int(schema))
        }
        for (pattern, schema) in rules.patternProperties where pattern.isFound(in: key) {
            isCovered = true
            check(value, under: .key(key), against: schema)
        }
        guard !isCovered, let additional = rules.additionalProperties else { return }
        if nodes[additional].rules.acceptsAnything {
            check(value, under: .key(key), against: additional)
        } else {
            let hint = NearestName.hint(for: key, among: rules.properties.keys)
            report("unknown member '\(key)'\(hint)")
        }
    }

    mutating func checkCombinations(_ value: JSON, _ rules: SchemaRules) {
        for place in rules.allOf { check(value, against: place) }
        if !rules.anyOf.isEmpty {
            let trials = rules.anyOf.map { trial(value, against: $0) }
            if !trials.contains(where: \.isEmpty) { reportNoAlternative(trials) }
        }
        if !rules.oneOf.isEmpty {
            let trials = rules.oneOf.map { trial(value, against: $0) }
            let fitting = trials.indices.filter { trials[$0].isEmpty }
            if fitting.isEmpty {
                reportNoAlternative(trials)
            } else if fitting.count > 1 {
                let listed = fitting.map { "\($0 + 1)" }.joined(separator: " and ")
                report("expected to fit one alternative only, fits the alternatives \(listed)")
            }
        }
        if let not = rules.not, trial(value, against: not).isEmpty {
            report("is what the schema excludes, found \(value.brief)")
        }
    }

    /// Says of several alternatives why the nearest does not hold: the one whose faults lie deepest.
    private mutating func reportNoAlternative(_ trials: [[JSONSchemaFault]]) {
        func depth(_ faults: [JSONSchemaFault]) -> Int {
            faults.map { $0.pointer.utf8.count { $0 == UInt8(ascii: "/") } }.min() ?? 0
        }
        let nearest = trials.enumerated().max {
            (depth($0.element), -$0.element.count) < (depth($1.element), -$1.element.count)
        }
        guard let nearest, let reason = nearest.element.first else { return }
        if trials.count == 1 {
            faults.append(reason)
        } else {
            report(
                "fits none of \(trials.count) alternatives; of number \(nearest.offset + 1): \(reason)"
            )
        }
    }
}
