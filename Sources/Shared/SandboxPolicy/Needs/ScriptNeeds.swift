/// One call that a script made and its profile does not allow, with what allowing it would mean.
package struct ScriptNeed: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable {
        /// The owner of the host can allow it in a profile that says why.
        case grantable
        /// A library tried it and can do without: the profile answers as if the kernel lacked it.
        case needless
        /// A profile could name it, and no honest script needs it: it is left out of the fragment.
        case dangerous
        /// No profile can allow it.
        case never
    }

    package let syscall: String
    package let count: Int
    package let verdict: Verdict
    /// Each way in which it was made, in words, in order of first appearance.
    package let meanings: [String]
    /// Lines of the script that made it, in order; empty where its runner does not tell.
    package let lines: [Int]
    /// Lines for `when:`; empty when the whole call would be allowed.
    package let conditions: [String]
    /// What a script that has it could do.
    package let givesAway: String
    /// The better way to the same end; nil when there is none to name.
    package let remedy: String?
}

/// What a script would need beyond its profile, from the calls that were refused to it.
package struct ScriptNeeds: Sendable, Hashable {
    package let profile: ResolvedProfile
    /// In order of first appearance.
    package let needs: [ScriptNeed]

    /// `never` are the calls that no filter lets through; `profiles` the names of those on this host.
    package init(
        of calls: [RefusedCall], under profile: ResolvedProfile, never: Set<String>,
        profiles: [ProfileName]
    ) {
        self.profile = profile
        var order: [Group] = []
        var groups: [Group: [RefusedCall]] = [:]
        for call in calls {
            let group = Group(call)
            if groups[group] == nil { order.append(group) }
            groups[group, default: []].append(call)
        }
        let words = NeedWords(profile: profile, profiles: profiles)
        needs = order.compactMap { group in
            groups[group].map { Self.need(group.name, $0, profile, never, words) }
        }
    }

    /// What is told together: the calls of one name, threads apart from processes.
    private struct Group: Hashable {
        let name: String
        let isThread: Bool

        init(_ call: RefusedCall) {
            name = call.call ?? "call \(call.number)"
            isThread = name == "clone" && (call.registers.first ?? 0) & 0x1_0000 != 0
        }
    }

    private static func need(
        _ name: String, _ calls: [RefusedCall], _ profile: ResolvedProfile, _ never: Set<String>,
        _ words: NeedWords
    ) -> ScriptNeed {
        let verdict = verdict(name, calls, profile, never)
        let registers = calls.map(\.registers)
        var meanings: [String] = []
        for call in calls {
            let meaning = DenialWords.describe(
                call: call.call, number: call.number, registers: call.registers, profile: profile
            ).meaning
            if !meanings.contains(meaning) { meanings.append(meaning) }
        }
        let known = profile.allowances.first { $0.call == name }
        var conditions: [String] = []
        if verdict == .grantable, let line = ConditionWriter.line(for: name, registers: registers) {
            // An entry of a profile takes the place of the base's, so it repeats what that allows.
            let before = known.map { PredicateText.lines(of: $0.alternatives, call: name) }
            conditions = (before ?? []) + [line]
        }
        let (givesAway, remedy) = words.words(name, calls: registers, verdict: verdict)
        return ScriptNeed(
            syscall: name, count: calls.reduce(0) { $0 + $1.count }, verdict: verdict,
            meanings: meanings, lines: Set(calls.flatMap(\.lines)).sorted(), conditions: conditions,
            givesAway: givesAway, remedy: remedy)
    }

    private static func verdict(
        _ name: String, _ calls: [RefusedCall], _ profile: ResolvedProfile, _ never: Set<String>
    ) -> ScriptNeed.Verdict {
        let answers = profile.refusals.filter { $0.call == name && $0.alternatives.isEmpty }
            .map(\.answer)
        if answers.contains(.error("ENOSYS")) { return .needless }
        if never.contains(name) || calls.contains(where: { $0.call == nil }) { return .never }
        return answers.contains(.kill) || Self.dangerous(name, calls) ? .dangerous : .grantable
    }

    /// W^X is a promise of every profile: memory that is executable is allowed to none.
    private static func dangerous(_ name: String, _ calls: [RefusedCall]) -> Bool {
        ["mmap", "mprotect", "pkey_mprotect"].contains(name)
            && calls.contains { $0.registers.count > 2 && $0.registers[2] & 4 != 0 }
    }
}
