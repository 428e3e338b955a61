import YAMLDocuments

/// Folds a profile into the base of one language, and refuses what would be more than the base.
struct ProfileFolding {
    private let profile: ProfileDocument
    private let base: ProfileDocument
    private let language: ScriptLanguage
    private(set) var faults: [PolicyFault] = []
    private var allowances: [Allowance] = []
    private var refusals: [Refusal] = []

    init(profile: ProfileDocument, base: ProfileDocument, language: ScriptLanguage) {
        self.profile = profile
        self.base = base
        self.language = language
    }

    /// Nil with faults when the profile allows more than its base without saying so.
    mutating func fold() -> ResolvedProfile? {
        allowances = Self.allowances(of: base.allow)
        refusals = Self.refusals(of: base.refuse)
        checkContradictions(base)
        checkContradictions(profile)
        for entry in profile.refuse { apply(refusal: entry) }
        for entry in profile.allow { apply(allowance: entry) }
        guard faults.isEmpty, let limits = profile.limits else { return nil }
        return ResolvedProfile(
            name: ProfileName(profile.name), language: language,
            runsNode: base.name == ProfileDocument.nodeBase, summary: profile.summary,
            limits: limits, files: profile.files, network: profile.network,
            allowances: allowances.sorted { $0.call < $1.call },
            refusals: refusals.sorted { $0.call < $1.call }, requires: profile.requires)
    }

    // SECURITY: a profile may only narrow what it extends, unless it says `widens` with a reason.
    private mutating func apply(allowance entry: ProfileDocument.Entry) {
        for allowance in Self.allowances(of: [entry]) {
            let position = allowances.firstIndex { $0.call == allowance.call }
            let known = position.map { allowances[$0] }
            let isNarrower =
                known.map { Narrowing.isAtMost(allowance.alternatives, $0.alternatives) } ?? false
            if !isNarrower, entry.widens == nil {
                let difference =
                    known == nil ? "does not allow it" : "allows it under narrower conditions"
                fault(
                    entry.location,
                    "profile '\(profile.name)' allows '\(allowance.call)', but '\(base.name)' "
                        + difference,
                    hint: "remove the entry, or say why with 'widens: REASON'")
                continue
            }
            if isNarrower, entry.widens != nil {
                fault(
                    entry.location,
                    "'\(allowance.call)' says 'widens', but '\(base.name)' allows it already",
                    hint: "remove 'widens'")
                continue
            }
            let reason = entry.widens.map { "\(allowance.reason) (\($0))" } ?? allowance.reason
            let result = Allowance(
                call: allowance.call, alternatives: allowance.alternatives, reason: reason)
            refusals.removeAll { $0.call == allowance.call && $0.alternatives.isEmpty }
            if let position {
                allowances[position] = result
            } else {
                allowances.append(result)
            }
        }
    }

    private mutating func apply(refusal entry: ProfileDocument.Entry) {
        for refusal in Self.refusals(of: [entry]) {
            if refusal.alternatives.isEmpty { allowances.removeAll { $0.call == refusal.call } }
            refusals.removeAll {
                $0.call == refusal.call && $0.alternatives == refusal.alternatives
            }
            refusals.append(refusal)
        }
    }

    /// A call that one file allows twice, or both allows and refuses without a condition that tells
    /// which.
    private mutating func checkContradictions(_ document: ProfileDocument) {
        var allowed: [String: SourceLocation] = [:]
        for call in document.allow.flatMap(\.calls) {
            guard let first = allowed[call.name] else {
                allowed[call.name] = call.location
                continue
            }
            faults.append(
                PolicyFault(
                    file: document.file, location: call.location,
                    message: "'\(call.name)' is allowed at line \(first.line) already",
                    hint: "write every condition into one entry"))
        }
        for entry in document.refuse where entry.alternatives == [[]] {
            for call in entry.calls {
                guard let other = allowed[call.name] else { continue }
                faults.append(
                    PolicyFault(
                        file: document.file, location: call.location,
                        message: "'\(call.name)' is refused here and allowed at line \(other.line)",
                        hint: "keep one of them; what an allowance's 'when' leaves out is "
                            + "refused anyway"))
            }
        }
    }

    private static func allowances(of entries: [ProfileDocument.Entry]) -> [Allowance] {
        entries.flatMap { entry in
            entry.calls.map { call in
                Allowance(
                    call: call.name, alternatives: entry.alternatives, reason: entry.reason)
            }
        }
    }

    private static func refusals(of entries: [ProfileDocument.Entry]) -> [Refusal] {
        entries.flatMap { entry in
            entry.calls.map { call in
                Refusal(
                    call: call.name,
                    alternatives: entry.alternatives == [[]] ? [] : entry.alternatives,
                    answer: entry.answer, isQuiet: entry.isQuiet, reason: entry.reason)
            }
        }
    }

    private mutating func fault(_ location: SourceLocation, _ message: String, hint: String) {
        faults.append(
            PolicyFault(file: profile.file, location: location, message: message, hint: hint))
    }
}
