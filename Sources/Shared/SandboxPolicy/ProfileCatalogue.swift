import YAMLDocuments

/// The profiles of a folder, checked as a whole.
package struct ProfileCatalogue: Sendable {
    /// A file of `sandbox-profiles/`, with its path relative to that folder.
    package struct File: Sendable, Hashable {
        package let path: String
        package let bytes: [UInt8]
        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// The names that flows can ask for, in alphabetical order; bases are not among them.
    package let names: [ProfileName]
    private let resolved: [ProfileName: [ScriptLanguage: ResolvedProfile]]
    /// As they are written, by name.
    private let documents: [String: ProfileDocument]

    /// Reads every file and folds every profile, or throws every fault at once.
    ///
    /// `knownCalls` are the names of system calls that the machine has (`SystemCalls.names`). Files
    /// that do not end in `.yaml` are not read. No profile at all is a fault.
    package static func load(
        _ files: [File], knownCalls: Set<String>
    ) throws(PolicyError) -> ProfileCatalogue {
        var faults: [PolicyFault] = []
        var documents: [String: ProfileDocument] = [:]
        let profiles = files.filter { $0.path.hasSuffix(".yaml") }
        for file in profiles {
            let result = ProfileReader.read(
                path: file.path, bytes: file.bytes, knownCalls: knownCalls)
            faults += result.faults
            if let document = result.document { documents[document.name] = document }
        }
        if profiles.allSatisfy({ $0.path.hasPrefix("base/") }) {
            faults.append(
                PolicyFault(
                    file: "sandbox-profiles", location: SourceLocation(line: 1, column: 1),
                    message: "the folder holds no profile"))
        }
        let failed = Set(faults.map(\.file))
        var resolved: [ProfileName: [ScriptLanguage: ResolvedProfile]] = [:]
        for document in documents.values where document.language == nil {
            for (language, target) in document.extends {
                guard let base = documents[target.base], base.language == language else {
                    if !failed.contains("\(target.base).yaml") {
                        let bases = documents.values.filter { $0.language == language }.map(\.name)
                        faults.append(
                            PolicyFault(
                                file: document.file, location: target.location,
                                message: "'\(target.base)' is no base for \(language.rawValue)",
                                hint: NearestName.hint(for: target.base, in: bases)))
                    }
                    continue
                }
                var folding = ProfileFolding(profile: document, base: base, language: language)
                let profile = folding.fold()
                faults += folding.faults
                resolved[ProfileName(document.name), default: [:]][language] = profile
            }
        }
        guard faults.isEmpty else { throw PolicyError(faults: Array(Set(faults))) }
        return ProfileCatalogue(
            names: resolved.keys.sorted(), resolved: resolved, documents: documents)
    }

    /// A profile as its file has it, before it is folded into a base.
    func document(of name: ProfileName) -> ProfileDocument? { documents[name.text] }

    /// The profile for a language; nil when there is no such profile, or not for that language.
    package func resolve(_ name: ProfileName, _ language: ScriptLanguage) -> ResolvedProfile? {
        resolved[name]?[language]
    }

    /// The languages that a profile serves; empty when there is no such profile.
    package func languages(of name: ProfileName) -> [ScriptLanguage] {
        ScriptLanguage.allCases.filter { resolved[name]?[$0] != nil }
    }

    /// What to tell somebody who asked for a profile that does not exist, or not for that language.
    package func unknownProfileMessage(
        _ name: ProfileName, _ language: ScriptLanguage? = nil
    ) -> String {
        if let language, let served = resolved[name] {
            return "profile '\(name)' does not serve \(language.rawValue); it serves "
                + served.keys.map(\.rawValue).sorted().joined(separator: ", ")
        }
        let hint = NearestName.hint(for: name.text, in: names.map(\.text))
        return "no profile is named '\(name)'" + (hint.isEmpty ? "" : "; \(hint)")
    }
}
