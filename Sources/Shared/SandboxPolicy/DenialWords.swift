/// A call that a profile does not allow, in words.
package struct DescribedCall: Sendable, Hashable {
    package let name: String
    /// Registers in words where the call's arguments are known, else hexadecimal.
    package let arguments: [String]
    /// A sentence for the author.
    ///
    /// *opened a network socket (socket(AF_INET, SOCK_STREAM)); profile 'pure' has no network*
    package let meaning: String
}

/// Puts a refused call in words for the author of a script.
package enum DenialWords {
    /// `name` is nil for a number that has no name here; `registers` are the six arguments.
    ///
    /// Only registers are looked at. What a pointer points to belongs to the script, which could
    /// change it after it was read.
    package static func describe(
        call name: String?, number: UInt32, registers: [UInt64], profile: ResolvedProfile
    ) -> DescribedCall {
        let name = name ?? "call \(number)"
        let (arguments, shown) = decode(name, registers)
        let (act, why) = words(name, registers, profile)
        let call = "\(name)(\(shown.joined(separator: ", ")))"
        return DescribedCall(
            name: name, arguments: arguments,
            meaning: "\(act) (\(call)); profile '\(profile.name)' \(why)")
    }

    /// More calls of one name than a report lists one by one.
    package static func describeUnlisted(
        call name: String?, number: UInt32, profile: ResolvedProfile
    ) -> DescribedCall {
        let name = name ?? "call \(number)"
        let (_, why) = words(name, [], profile)
        return DescribedCall(
            name: name, arguments: [],
            meaning: "made more calls of '\(name)' with other arguments, which are not listed one "
                + "by one; profile '\(profile.name)' \(why)")
    }

    /// A process that the kernel killed without asking: another architecture's call or an x32 one.
    package static func describeForeignCall(profile: ResolvedProfile) -> DescribedCall {
        DescribedCall(
            name: "foreign architecture", arguments: [],
            meaning: "made a system call of another architecture (int 0x80 or x32); profile "
                + "'\(profile.name)' takes calls of this machine's own kind only")
    }

    /// All registers in words, and those that are worth showing in a sentence.
    private static func decode(
        _ name: String, _ registers: [UInt64]
    ) -> (all: [String], shown: [String]) {
        guard let known = CallArguments.of(name) else {
            // How many of the six the call takes is not known, and rubbish in the rest helps nobody.
            return (registers.map(hexadecimal), ["…"])
        }
        var all: [String] = []
        var shown: [String] = []
        for (argument, register) in zip(known, registers) {
            let text = text(of: register, argument)
            all.append(text)
            if case .pointer = argument.kind, register != 0 {
                shown.append("…")
            } else {
                shown.append(text)
            }
        }
        // Trailing zeroes and addresses say nothing: `socket(AF_INET, SOCK_STREAM)`.
        while let last = shown.last, shown.count > 1, ["0", "NULL", "…", "00"].contains(last) {
            shown.removeLast()
        }
        return (all, shown)
    }

    private static func text(of register: UInt64, _ argument: CallArguments.Argument) -> String {
        switch argument.kind {
        case .number: signed(register)
        case .descriptor:
            Int32(truncatingIfNeeded: register) == -100 ? "AT_FDCWD" : signed(register)
        case .pointer: register == 0 ? "NULL" : hexadecimal(register)
        case .octal: "0" + String(register & 0o7777, radix: 8)
        case .constants(let table): table.text(of: register)
        }
    }

    private static func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

    /// Small negative numbers come in 32 or in 64 bits.
    private static func signed(_ register: UInt64) -> String {
        let wide = Int64(bitPattern: register)
        let narrow = Int32(truncatingIfNeeded: register)
        if register <= 0xffff_ffff, narrow < 0, narrow > -4096 { return String(narrow) }
        return String(wide)
    }
}
