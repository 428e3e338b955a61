/// Writes the narrowest condition that lets through a call as it was made.
///
/// Only arguments with named values get one: a length or a descriptor is another one next time, and
/// a pointer says nothing.
enum ConditionWriter {
    /// A line for `when:`, true for each set of registers; nil when no argument has a name for all of
    /// its values.
    static func line(for call: String, registers sets: [[UInt64]]) -> String? {
        let arguments = CallArguments.of(call) ?? []
        let terms = arguments.enumerated().compactMap { index, argument -> String? in
            guard case .constants(let table) = argument.kind else { return nil }
            let values = sets.map { $0.indices.contains(index) ? $0[index] : 0 }
            // The kernel looks at 32 bits of most of these and the filter at 64: rubbish in the upper
            // half would make a condition that the next call does not meet.
            guard values.allSatisfy({ $0 <= 0xffff_ffff }) else { return nil }
            return term(argument.name, values, table)
        }
        return terms.isEmpty ? nil : terms.joined(separator: " && ")
    }

    private static func term(
        _ name: String, _ values: [UInt64], _ table: ConstantTable
    ) -> String? {
        if table.flags.isEmpty { return choice(name, values, table) }
        if !table.choices.isEmpty,
            let mask = table.flags.first(where: { $0.value == table.choiceMask })
        {
            return choice("\(name) & \(mask.name)", values.map { $0 & table.choiceMask }, table)
        }
        return flags(name, values.reduce(0, |), table)
    }

    /// Like `domain == AF_INET` or `domain in (AF_INET, AF_INET6)`.
    private static func choice(
        _ subject: String, _ values: [UInt64], _ table: ConstantTable
    ) -> String? {
        var names: [String] = []
        for value in values {
            guard let choice = table.choices.first(where: { $0.value == value }) else { return nil }
            if !names.contains(choice.name) { names.append(choice.name) }
        }
        return names.count == 1
            ? "\(subject) == \(names[0])" : "\(subject) in (\(names.joined(separator: ", ")))"
    }

    /// `flags & ~(O_WRONLY|O_CREAT) == 0`: these bits and no others.
    private static func flags(_ name: String, _ bits: UInt64, _ table: ConstantTable) -> String? {
        var rest = bits
        var names: [String] = []
        for flag in table.flags + table.choices
        where flag.value != 0 && rest & flag.value == flag.value {
            names.append(flag.name)
            rest &= ~flag.value
        }
        guard rest == 0 else { return nil }
        return names.isEmpty
            ? "\(name) == 0" : "\(name) & ~(\(names.joined(separator: "|"))) == 0"
    }
}
