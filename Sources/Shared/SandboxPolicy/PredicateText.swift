/// Writes conditions as `when:` reads them.
enum PredicateText {
    /// Nil for a call that is allowed whatever its arguments are.
    static func text(of ways: [[ArgumentPredicate]], call: String) -> String? {
        let lines = lines(of: ways, call: call)
        return lines.isEmpty ? nil : lines.joined(separator: " or ")
    }

    /// The same as a list for `when:`; empty for a call without a condition.
    static func lines(of ways: [[ArgumentPredicate]], call: String) -> [String] {
        guard !ways.isEmpty, !ways.contains([]) else { return [] }
        let arguments = CallArguments.of(call) ?? []
        if let choice = choice(ways, arguments) { return [choice] }
        return ways.map { way in
            way.map { text(of: $0, arguments) }.joined(separator: " && ")
        }
    }

    /// `request in (A, B)` when every way says which value the same argument has.
    private static func choice(
        _ ways: [[ArgumentPredicate]], _ arguments: [CallArguments.Argument]
    ) -> String? {
        guard ways.count > 1, let first = ways.first?.first else { return nil }
        var names: [String] = []
        for way in ways {
            guard way.count == 1, way[0].index == first.index else { return nil }
            switch (way[0].comparison, first.comparison) {
            case (.equal(let value), .equal):
                names.append(constant(value, way[0].index, arguments))
            case (.masked(let mask, let value), .masked(let other, _)) where mask == other:
                names.append(constant(value, way[0].index, arguments))
            default: return nil
            }
        }
        var subject = name(first.index, arguments)
        if case .masked(let mask, _) = first.comparison {
            subject += " & " + maskText(mask, first.index, arguments)
        }
        return "\(subject) in (\(names.joined(separator: ", ")))"
    }

    private static func text(
        of predicate: ArgumentPredicate, _ arguments: [CallArguments.Argument]
    ) -> String {
        let name = name(predicate.index, arguments)
        func constant(_ value: UInt64) -> String {
            self.constant(value, predicate.index, arguments)
        }
        return switch predicate.comparison {
        case .equal(let value): "\(name) == \(constant(value))"
        case .notEqual(let value): "\(name) != \(constant(value))"
        case .atMost(let value): "\(name) <= \(constant(value))"
        case .atLeast(let value): "\(name) >= \(constant(value))"
        case .masked(let mask, let value):
            "\(name) & \(maskText(mask, predicate.index, arguments)) == \(constant(value))"
        case .isOwnProcess: "\(name) == SELF"
        }
    }

    private static func maskText(
        _ mask: UInt64, _ index: Int, _ arguments: [CallArguments.Argument]
    ) -> String {
        let isComplement = mask.nonzeroBitCount > 32
        let text = flags(isComplement ? ~mask : mask, index, arguments)
        let grouped = text.contains("|") || isComplement ? "(\(text))" : text
        return isComplement ? "~\(grouped)" : grouped
    }

    /// The names of the bits of a mask; of choices only those that are one bit themselves.
    private static func flags(
        _ value: UInt64, _ index: Int, _ arguments: [CallArguments.Argument]
    ) -> String {
        guard arguments.indices.contains(index), case .constants(let table) = arguments[index].kind
        else { return "0x" + String(value, radix: 16) }
        if let mask = table.flags.first(where: { $0.value == value }) { return mask.name }
        let whole = ConstantTable(flags: table.flags).text(of: value)
        if !whole.contains("0x") { return whole }
        let single = table.choices.filter { $0.value.nonzeroBitCount == 1 }
        return ConstantTable(flags: single + table.flags).text(of: value)
    }

    private static func name(_ index: Int, _ arguments: [CallArguments.Argument]) -> String {
        arguments.indices.contains(index) ? arguments[index].name : "argument \(index)"
    }

    private static func constant(
        _ value: UInt64, _ index: Int, _ arguments: [CallArguments.Argument]
    ) -> String {
        guard arguments.indices.contains(index) else { return String(value) }
        return switch arguments[index].kind {
        case .constants(let table):
            value == 0 && !table.choices.contains(where: { $0.value == 0 })
                ? "0"
                : table.choices.first { $0.value == value }?.name
                    ?? grouped(table.text(of: value))
        case .pointer where value == 0: "NULL"
        default: String(value)
        }
    }

    /// Several names stand in parentheses, as they are read.
    private static func grouped(_ text: String) -> String {
        text.contains("|") ? "(\(text))" : text
    }
}
