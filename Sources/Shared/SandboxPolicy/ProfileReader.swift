import YAMLDocuments

/// Reads one profile file and goes on after a fault, so that all are told at once.
struct ProfileReader {
    static let fileSets = FileSet.allCases.map(\.rawValue)
    static let networks = ["none", "broker"]
    static let layers = ["seccomp", "landlock", "namespaces"]

    private var faults: FaultCollector
    private let knownCalls: Set<String>

    /// `path` is relative to the folder of profiles: `pure.yaml`, `base/python.yaml`.
    ///
    /// The document is nil when it has a fault.
    static func read(
        path: String, bytes: [UInt8], knownCalls: Set<String>
    ) -> (document: ProfileDocument?, faults: [PolicyFault]) {
        var reader = ProfileReader(
            faults: FaultCollector(file: path), knownCalls: knownCalls)
        do {
            let document = reader.document(try YAMLNode.parse(bytes), path: path)
            return (reader.faults.faults.isEmpty ? document : nil, reader.faults.faults)
        } catch {
            reader.faults.add(error.location, error.message)
            return (nil, reader.faults.faults)
        }
    }

    private mutating func document(_ root: YAMLNode, path: String) -> ProfileDocument? {
        let isBase = root["base"] != nil
        let keys =
            isBase
            ? ["base", "summary", "syscalls"]
            : ["profile", "summary", "limits", "files", "network", "syscalls", "requires"]
        let members = faults.members(
            of: root, in: isBase ? "a base" : "a profile", known: keys, required: keys)
        guard let nameNode = members[isBase ? "base" : "profile"]?.value,
            let name = faults.text(nameNode, isBase ? "the base's name" : "the profile's name")
        else { return nil }
        let fullName = isBase ? "base/\(name)" : name
        if "\(fullName).yaml" != path {
            faults.add(
                nameNode.location, "the name '\(name)' and the file's name differ",
                hint: "name the file '\(fullName).yaml'")
        }
        var language: ScriptLanguage?
        if isBase {
            language =
                fullName == ProfileDocument.nodeBase ? .javascript : ScriptLanguage(rawValue: name)
            if language == nil {
                faults.add(
                    nameNode.location, "'\(name)' is no language, nor 'node'",
                    hint: NearestName.hint(for: name, in: ScriptLanguage.allCases.map(\.rawValue)))
            }
        }
        let summary = members["summary"].flatMap { faults.text($0.value, "the summary") } ?? ""
        let syscalls = members["syscalls"].map { self.syscalls($0.value, isBase: isBase) }
        return ProfileDocument(
            file: path, name: fullName, summary: summary, language: language,
            location: nameNode.location,
            limits: members["limits"].flatMap { self.limits($0.value) },
            files: members["files"].map { names($0.value, "files", Self.fileSets) } ?? [],
            network: members["network"].map { self.network($0.value) } ?? "none",
            extends: syscalls?.extends ?? [:], allow: syscalls?.allow ?? [],
            refuse: syscalls?.refuse ?? [],
            requires: members["requires"].map { requirements($0.value) } ?? [:])
    }

    // MARK: The calls

    private struct Syscalls {
        var extends: [ScriptLanguage: ProfileDocument.Extension] = [:]
        var allow: [ProfileDocument.Entry] = []
        var refuse: [ProfileDocument.Entry] = []
    }

    private mutating func syscalls(_ node: YAMLNode, isBase: Bool) -> Syscalls {
        let keys = isBase ? ["allow", "refuse"] : ["extends", "allow", "refuse"]
        let members = faults.members(
            of: node, in: "syscalls", known: keys, required: isBase ? [] : ["extends"])
        var result = Syscalls()
        if let extends = members["extends"] {
            let known = ScriptLanguage.allCases.map(\.rawValue)
            for (key, member) in faults.members(of: extends.value, in: "extends", known: known) {
                guard let language = ScriptLanguage(rawValue: key),
                    let base = faults.text(member.value, "the base of '\(key)'")
                else { continue }
                result.extends[language] = .init(base: base, location: member.value.location)
            }
            if extends.value.members?.isEmpty ?? false {
                faults.add(extends.value.location, "extends names no language")
            }
        }
        if let allow = members["allow"] {
            result.allow = faults.list(allow.value, "allow").compactMap {
                entry($0, in: "an entry of allow", isRefusal: false, isBase: isBase)
            }
        }
        if let refuse = members["refuse"] {
            result.refuse = faults.list(refuse.value, "refuse").compactMap {
                entry($0, in: "an entry of refuse", isRefusal: true, isBase: isBase)
            }
        }
        return result
    }

    private mutating func entry(
        _ node: YAMLNode, in place: String, isRefusal: Bool, isBase: Bool
    ) -> ProfileDocument.Entry? {
        var keys = ["call", "calls", "when", "reason"]
        if isRefusal { keys += ["answer", "quiet"] } else if !isBase { keys.append("widens") }
        let members = faults.members(
            of: node, in: place, known: keys,
            required: isRefusal ? ["reason", "answer"] : ["reason"])
        guard node.members != nil else { return nil }
        let calls = calls(members, node.location, place)
        let answer = members["answer"].flatMap { self.answer($0.value) }
        let quiet = members["quiet"].map { boolean($0.value, "quiet") } ?? false
        if quiet, answer == .kill {
            faults.add(node.location, "what kills the process cannot be quiet")
        }
        return ProfileDocument.Entry(
            calls: calls,
            alternatives: members["when"].map { conditions($0.value, calls: calls) } ?? [[]],
            reason: members["reason"].flatMap { faults.text($0.value, "the reason") } ?? "",
            widens: members["widens"].flatMap { faults.text($0.value, "widens") },
            answer: answer ?? .error("EPERM"), isQuiet: quiet, location: node.location)
    }

    private mutating func calls(
        _ members: [String: YAMLMember], _ location: SourceLocation, _ place: String
    ) -> [(name: String, location: SourceLocation)] {
        var nodes: [YAMLNode] = []
        switch (members["call"], members["calls"]) {
        case (let call?, nil): nodes = [call.value]
        case (nil, let calls?): nodes = faults.list(calls.value, "calls")
        case (nil, nil): faults.add(location, "\(place) has no 'call'")
        case (_?, let calls?):
            faults.add(calls.keyLocation, "\(place) has both 'call' and 'calls'")
        }
        return nodes.compactMap { node in
            if case .integer(let number)? = node.scalar {
                faults.add(
                    node.location, "a call is written by its name, not by the number \(number)")
                return nil
            }
            guard let name = faults.text(node, "the name of a call") else { return nil }
            guard name != "exit_group" else {
                faults.add(
                    node.location, "'exit_group' can stand in no profile",
                    hint: "its notification is how the supervisor learns how a script ended")
                return nil
            }
            guard knownCalls.contains(name) else {
                faults.add(
                    node.location, "no system call is named '\(name)'",
                    hint: NearestName.of(name, in: knownCalls).map { "did you mean '\($0)'?" } ?? ""
                )
                return nil
            }
            return (name, node.location)
        }
    }

    private mutating func conditions(
        _ node: YAMLNode, calls: [(name: String, location: SourceLocation)]
    ) -> [[ArgumentPredicate]] {
        guard calls.count == 1, let call = calls.first else {
            if calls.count > 1 { faults.add(node.location, "'when' needs one 'call', not 'calls'") }
            return [[]]
        }
        let lines = node.elements ?? [node]
        if lines.isEmpty { faults.add(node.location, "'when' is empty, so nothing would match") }
        return lines.flatMap { line -> [[ArgumentPredicate]] in
            guard let text = faults.text(line, "a condition") else { return [] }
            do throws(PredicateParser.Failure) {
                return try PredicateParser.alternatives(of: text, call: call.name)
            } catch {
                faults.add(line.location, error.message, hint: error.hint)
                return []
            }
        }
    }

    private mutating func answer(_ node: YAMLNode) -> RefusalAnswer? {
        switch node.stringValue {
        case "kill": return .kill
        case "error EPERM": return .error("EPERM")
        case "error ENOSYS": return .error("ENOSYS")
        case "error ENOENT": return .error("ENOENT")
        case "error EACCES": return .error("EACCES")
        case "error ENOTTY": return .error("ENOTTY")
        default:
            faults.add(
                node.location, "'\(node.scalarText ?? node.kind)' is no answer",
                hint: "use 'error EPERM', 'error ENOSYS', 'error ENOENT', 'error EACCES', "
                    + "'error ENOTTY' or 'kill'")
            return nil
        }
    }

    private mutating func boolean(_ node: YAMLNode, _ place: String) -> Bool {
        if case .bool(let value)? = node.scalar { return value }
        faults.add(node.location, "\(place) is \(node.kind), not true or false")
        return false
    }
}

// MARK: What is not about calls

extension ProfileReader {
    private mutating func limits(_ node: YAMLNode) -> Limits? {
        let known = LimitName.allCases.map(\.rawValue)
        let members = faults.members(of: node, in: "limits", known: known, required: known)
        let wall = members["wall-time"].flatMap { duration($0) }
        let cpu = members["cpu-time"].flatMap { duration($0) }
        let memory = members["memory"].flatMap { bytes($0, atLeast: 16 << 20) }
        let output = members["output"].flatMap { bytes($0, atLeast: 1 << 10) }
        let logs = members["logs"].flatMap { bytes($0, atLeast: 1 << 10) }
        let processes = members["processes"].flatMap { count($0) }
        guard let wall, let cpu, let memory, let output, let logs, let processes else { return nil }
        return Limits(
            wallTime: wall, cpuTime: cpu, memory: memory, output: output, logs: logs,
            processes: processes)
    }

    private mutating func duration(_ member: YAMLMember) -> Duration? {
        guard let text = faults.text(member.value, "'\(member.key)'") else { return nil }
        do throws(QuantityError) {
            let value = try Duration(quantity: text)
            guard value > .zero else {
                faults.add(member.value.location, "'\(member.key)' is zero")
                return nil
            }
            return value
        } catch {
            faults.add(member.value.location, "'\(member.key)': \(error.message)")
            return nil
        }
    }

    private mutating func bytes(_ member: YAMLMember, atLeast least: Int) -> ByteCount? {
        guard let text = faults.text(member.value, "'\(member.key)'") else { return nil }
        do throws(QuantityError) {
            let value = try ByteCount(quantity: text)
            guard value.bytes >= least else {
                faults.add(
                    member.value.location,
                    "'\(member.key)' is less than \(ByteCount(least).quantityText)")
                return nil
            }
            return value
        } catch {
            faults.add(member.value.location, "'\(member.key)': \(error.message)")
            return nil
        }
    }

    private mutating func count(_ member: YAMLMember) -> Int? {
        guard case .integer(let number)? = member.value.scalar, (1...1024).contains(number) else {
            faults.add(
                member.value.location, "'\(member.key)' is not a whole number from 1 to 1024")
            return nil
        }
        return Int(number)
    }

    private mutating func network(_ node: YAMLNode) -> String {
        names(
            YAMLNode(content: .sequence([node]), location: node.location), "network", Self.networks
        )
        .first ?? "none"
    }

    private mutating func names(
        _ node: YAMLNode, _ place: String, _ known: [String]
    ) -> [String] {
        faults.list(node, place).compactMap { element in
            guard let name = faults.text(element, "an entry of \(place)") else { return nil }
            guard known.contains(name) else {
                faults.add(
                    element.location, "unknown name '\(name)' in \(place)",
                    hint: NearestName.hint(for: name, in: known))
                return nil
            }
            return name
        }
    }

    private mutating func requirements(_ node: YAMLNode) -> [String: Requirement] {
        let members = faults.members(
            of: node, in: "requires", known: Self.layers, required: Self.layers)
        var result: [String: Requirement] = [:]
        for (layer, member) in members {
            guard let text = faults.text(member.value, "'\(layer)'") else { continue }
            result[layer] = Requirement(rawValue: text)
            if result[layer] == nil {
                faults.add(
                    member.value.location, "'\(text)' says nothing about '\(layer)'",
                    hint: "use 'full', 'preferred' or 'none'")
            }
        }
        if let seccomp = result["seccomp"], seccomp != .full {
            faults.add(
                node.location, "every profile needs 'seccomp: full'",
                hint: "the list of calls is enforced by nothing else")
        }
        return result
    }
}
