import JSONValue

// One function per family of keywords; each answers whether the keyword is one of its family.
extension SchemaReader {
    mutating func readGeneral(
        _ keyword: String, _ value: JSON, at pointer: String, into node: inout SchemaRules
    ) -> Bool {
        switch keyword {
        case "type": node.types = types(value, at: pointer)
        case "const": node.constant = value
        case "enum":
            if let choices = value.arrayValue, !choices.isEmpty {
                node.choices = choices
            } else {
                refuse(pointer, "expected an array of at least one value, found \(value.brief)")
            }
        default: return Self.annotations.contains(keyword)
        }
        return true
    }

    mutating func readNumeric(
        _ keyword: String, _ value: JSON, at pointer: String, into node: inout SchemaRules
    ) -> Bool {
        switch keyword {
        case "minimum": node.minimum = number(value, at: pointer)
        case "exclusiveMinimum": node.exclusiveMinimum = number(value, at: pointer)
        case "maximum": node.maximum = number(value, at: pointer)
        case "exclusiveMaximum": node.exclusiveMaximum = number(value, at: pointer)
        case "multipleOf":
            if let divisor = number(value, at: pointer) {
                node.multipleOf = divisor
                if JSON.integer(0).isLess(than: divisor) != true {
                    refuse(pointer, "expected a number above 0, found \(value.brief)")
                }
            }
        default: return false
        }
        return true
    }

    mutating func readTextual(
        _ keyword: String, _ value: JSON, at pointer: String, into node: inout SchemaRules
    ) -> Bool {
        switch keyword {
        case "minLength": node.length.minimum = count(value, at: pointer)
        case "maxLength": node.length.maximum = count(value, at: pointer)
        case "pattern": node.pattern = pattern(value, at: pointer)
        default: return false
        }
        return true
    }

    mutating func readArray(
        _ keyword: String, _ value: JSON, at pointer: String, into node: inout SchemaRules
    ) -> Bool {
        switch keyword {
        case "minItems": node.itemCount.minimum = count(value, at: pointer)
        case "maxItems": node.itemCount.maximum = count(value, at: pointer)
        case "uniqueItems":
            if let flag = value.boolValue {
                node.itemsAreUnique = flag
            } else {
                refuse(pointer, "expected true or false, found \(value.brief)")
            }
        case "prefixItems": node.prefixItems = schemas(value, at: pointer)
        case "items":
            if value.arrayValue != nil {
                refuse(
                    pointer, "expected one schema for all items; a list of schemas is 'prefixItems'"
                )
            } else {
                node.items = read(value, at: pointer)
            }
        default: return false
        }
        return true
    }

    mutating func readObject(
        _ keyword: String, _ value: JSON, at pointer: String, into node: inout SchemaRules
    ) -> Bool {
        switch keyword {
        case "minProperties": node.memberCount.minimum = count(value, at: pointer)
        case "maxProperties": node.memberCount.maximum = count(value, at: pointer)
        case "required": node.required = names(value, at: pointer)
        case "dependentRequired":
            for (key, needs) in members(value, at: pointer) {
                let here = JSONPointer.appending(key, to: pointer)
                node.dependentRequired.append((key, names(needs, at: here)))
            }
        case "properties":
            for (key, schema) in members(value, at: pointer) {
                let place = read(schema, at: JSONPointer.appending(key, to: pointer))
                node.properties[key] = .integer(Int64(place))
            }
        case "patternProperties":
            for (source, schema) in members(value, at: pointer) {
                let here = JSONPointer.appending(source, to: pointer)
                let place = read(schema, at: here)
                if let pattern = pattern(.string(source), at: here) {
                    node.patternProperties.append((pattern, place))
                }
            }
        case "additionalProperties": node.additionalProperties = read(value, at: pointer)
        case "propertyNames": node.memberNames = read(value, at: pointer)
        default: return false
        }
        return true
    }

    mutating func readCombining(
        _ keyword: String, _ value: JSON, at pointer: String, into node: inout SchemaRules,
        place: Int
    ) -> Bool {
        switch keyword {
        case "allOf": node.allOf = schemas(value, at: pointer)
        case "anyOf": node.anyOf = schemas(value, at: pointer)
        case "oneOf": node.oneOf = schemas(value, at: pointer)
        case "not": node.not = read(value, at: pointer)
        case "$defs", "definitions":
            for (key, schema) in members(value, at: pointer) {
                _ = read(schema, at: JSONPointer.appending(key, to: pointer))
            }
        case "$ref":
            if let reference = value.stringValue {
                refer(from: place, to: reference, at: pointer)
            } else {
                refuse(pointer, "expected a string, found \(value.brief)")
            }
        default: return false
        }
        return true
    }
}

// What keywords take as their value. Each refuses anything else and answers with nothing.
extension SchemaReader {
    private mutating func types(_ value: JSON, at pointer: String) -> [SchemaType] {
        let listed = value.arrayValue ?? [value]
        let known = SchemaType.allCases.map(\.rawValue)
        var types: [SchemaType] = []
        for entry in listed {
            guard let name = entry.stringValue, let type = SchemaType(rawValue: name) else {
                let hint = entry.stringValue.map { NearestName.hint(for: $0, among: known) } ?? ""
                refuse(
                    pointer,
                    "expected one of \(known.joined(separator: ", ")), found \(entry.brief)\(hint)")
                continue
            }
            types.append(type)
        }
        if listed.isEmpty { refuse(pointer, "expected at least one type, found an empty array") }
        return types
    }

    private mutating func number(_ value: JSON, at pointer: String) -> JSON? {
        if value.typeName == "number" { return value }
        refuse(pointer, "expected a number, found \(value.brief)")
        return nil
    }

    private mutating func count(_ value: JSON, at pointer: String) -> Int? {
        if let count = value.integerValue, count >= 0 { return Int(count) }
        refuse(pointer, "expected a whole number of at least 0, found \(value.brief)")
        return nil
    }

    private mutating func pattern(_ value: JSON, at pointer: String) -> Pattern? {
        guard let source = value.stringValue else {
            refuse(pointer, "expected a string, found \(value.brief)")
            return nil
        }
        do {
            return try Pattern(source)
        } catch {
            refuse(pointer, error.message)
            return nil
        }
    }

    private mutating func names(_ value: JSON, at pointer: String) -> [String] {
        let names = value.arrayValue?.compactMap(\.stringValue)
        if let names, names.count == value.arrayValue?.count { return names }
        refuse(pointer, "expected an array of strings, found \(value.brief)")
        return []
    }

    private mutating func members(_ value: JSON, at pointer: String) -> [JSONObject.Member] {
        if let object = value.objectValue { return object.members }
        refuse(pointer, "expected an object, found \(value.brief)")
        return []
    }

    private mutating func schemas(_ value: JSON, at pointer: String) -> [Int] {
        guard let listed = value.arrayValue, !listed.isEmpty else {
            refuse(pointer, "expected an array of at least one schema, found \(value.brief)")
            return []
        }
        return listed.enumerated().map { read($1, at: "\(pointer)/\($0)") }
    }
}
