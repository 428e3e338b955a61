import JSONValue
import SandboxPolicy
import YAMLDocuments

extension FlowSession {
    func readScript(_ context: NodeContext) -> ScriptNode? {
        let fields = context.fields
        guard let path = fields.literal("script"), let node = fields["script"] else { return nil }
        let isReadable = checkFile(path, node)
        let language =
            FlowPath.fault(of: path) == nil
            ? readLanguage(fields, path, node) : ScriptLanguage(path: path)
        let style = fields.choice("style", among: ["plain", "n8n"]).flatMap(ScriptStyle.init)
        if let mode = fields["mode"], style != .n8n {
            faults.add(
                fields.keyLocation("mode"), "mode",
                "'mode' in \(fields.owner) needs 'style: n8n', not '\(mode.scalarText ?? "")' alone"
            )
        }
        let modes: [ItemMode] = [.runOnceForAllItems, .runOnceForEachItem]
        let mode = fields.choice("mode", among: modes.map(\.rawValue)).flatMap(ItemMode.init)
        let (name, runtime) = readRuntime(fields, language, path)
        let profile = readProfile(context, language, name, runtime)
        let script = ScriptNode(
            path: path, language: language ?? .python, style: style ?? .plain,
            mode: mode ?? .runOnceForAllItems, profile: name, runtime: runtime,
            input: readInput(context), isRepeatable: fields.boolean("repeatable") ?? false,
            network: readNetwork(fields, profile),
            packages: readPackages(context, language))
        return isReadable && language != nil ? script : nil
    }

    private func readInput(_ context: NodeContext) -> Template {
        guard let node = context.fields["input"] else { return .literal(.object(JSONObject())) }
        let value = template(context.fields, "input", in: context.place)
        switch value {
        case .expression?, .object?, .literal(.object)?: break
        default:
            context.fields.wrongType(
                node, "input", "an object", hint: "write {name: value}; main gets them by name")
        }
        return value ?? .literal(.object(JSONObject()))
    }

    private func checkFile(_ path: String, _ node: YAMLNode) -> Bool {
        if let fault = FlowPath.fault(of: path) {
            faults.add(
                node, "cannot use the script '\(path)': \(fault)",
                hint: "scripts stand in the flow's own folder")
            return false
        }
        do {
            let bytes = try files.read(path)
            guard String(validating: bytes, as: UTF8.self) != nil else {
                faults.add(node, "the script '\(path)' is not UTF-8", hint: "save it as UTF-8")
                return false
            }
            return true
        } catch {
            let known = (try? files.paths()) ?? []
            let scripts = known.filter { ScriptLanguage(path: $0) != nil }
            faults.add(
                node, "cannot read the script '\(path)': \(error)",
                hint: error == .missing ? Nearest.hint(for: path, among: scripts.sorted()) : nil)
            return false
        }
    }

    private func readLanguage(
        _ fields: Fields, _ path: String, _ node: YAMLNode
    ) -> ScriptLanguage? {
        let names = ScriptLanguage.allCases.map(\.rawValue)
        let said = fields.choice("language", among: names).flatMap(ScriptLanguage.init(rawValue:))
        let shown = ScriptLanguage(path: path)
        if let said, let shown, said != shown, let node = fields["language"] {
            faults.add(
                node, "'\(path)' is \(shown.rawValue) by its name, not \(said.rawValue)",
                hint: "remove 'language' or rename the file")
        }
        if said == nil, shown == nil, fields["language"] == nil {
            faults.add(
                node, "cannot tell the language of '\(path)'",
                hint: "name it .py, .js or .mjs, or add 'language: python' or 'javascript'")
        }
        return said ?? shown
    }

    /// The profile and the engine: what is named, or what the script needs.
    private func readRuntime(
        _ fields: Fields, _ language: ScriptLanguage?, _ path: String
    ) -> (profile: ProfileName, choice: RuntimeChoice?) {
        let named = fields.literal("profile").map(ProfileName.init)
        let words = ScriptRuntime.allCases.map(\.rawValue)
        let asked = fields.choice("runtime", among: words).flatMap(ScriptRuntime.init)
        guard language == .javascript else {
            if language != nil, fields["runtime"] != nil {
                faults.add(
                    fields.keyLocation("runtime"), "runtime",
                    "'runtime' is for JavaScript, and '\(path)' is Python", hint: "remove it")
            }
            return (named ?? RuntimeQuestion.embeddedProfile, nil)
        }
        let question = RuntimeQuestion(
            asked: asked, profile: named,
            nodeProfiles: Set(surroundings.profiles.filter(\.runsNode).map(\.name)),
            need: NodeModuleImport.first(in: (try? files.read(path)) ?? [], of: path) { sibling in
                try? self.files.read(sibling)
            })
        do {
            return try question.answer()
        } catch {
            let key = fields["runtime"] == nil ? "profile" : "runtime"
            faults.add(fields.keyLocation(key), key, error.message, hint: error.hint)
            return (named ?? RuntimeQuestion.embeddedProfile, nil)
        }
    }

    /// A node without `profile` runs in `pure` or `node`, which need a grant like any other.
    private func readProfile(
        _ context: NodeContext, _ language: ScriptLanguage?, _ name: ProfileName,
        _ runtime: RuntimeChoice?
    ) -> KnownProfile? {
        let fields = context.fields
        let location =
            fields["profile"]?.location ?? fields["runtime"]?.location
            ?? fields.keyLocation("script")
        let known = surroundings.profiles.first { $0.name == name }
        if let known {
            usages.append(
                HostUse(
                    subject: .profile(name), node: context.name, location: location,
                    reason: fields["profile"] == nil && runtime?.engine == .node
                        ? runtime?.reason : nil))
            if let language, !known.languages.contains(language) {
                faults.add(
                    location, name.text,
                    "profile '\(name)' does not run \(language.rawValue)")
            }
        } else if fields["profile"] == nil || fields["profile"]?.stringValue != nil {
            faults.add(
                location, fields["profile"] == nil ? "" : name.text,
                "there is no profile '\(name)'",
                hint: Nearest.hint(for: name.text, among: surroundings.profiles.map(\.name.text)))
        }
        return known
    }

    /// The node's own packages, else the flow's; those of the flow are nothing to JavaScript.
    private func readPackages(_ context: NodeContext, _ language: ScriptLanguage?) -> String? {
        let fields = context.fields
        guard let node = fields["packages"] else {
            guard language == .python, let (name, location) = flowPackages else { return nil }
            // Once, whatever the number of its scripts: it stands in one place.
            if !usages.contains(where: { $0.location == location }) {
                usages.append(
                    HostUse(subject: .packages(name), node: context.name, location: location))
            }
            return name
        }
        guard let name = packageName(fields) else { return nil }
        if let language, language != .python {
            faults.add(
                fields.keyLocation("packages"), "packages",
                "'packages' in \(fields.owner) is for Python; \(language.rawValue) has none",
                hint: "import a file of the flow's folder instead")
        }
        usages.append(
            HostUse(subject: .packages(name), node: context.name, location: node.location))
        return name
    }

    /// `packages: NAME` of a node or the flow.
    func packageName(_ fields: Fields) -> String? {
        guard let name = fields.literal("packages"), let node = fields["packages"] else {
            return nil
        }
        if let fault = PackageEnvironment.fault(ofName: name) {
            faults.add(
                node, "'\(name)' is no name for packages: \(fault)",
                hint: "'sluice packages list' shows what is installed")
            return nil
        }
        return name
    }

    private func readNetwork(_ fields: Fields, _ profile: KnownProfile?) -> [String] {
        let location = fields.keyLocation("network")
        guard let node = fields["network"] else {
            if let profile, profile.hasNetwork {
                faults.add(
                    fields.keyLocation("profile"), "profile",
                    "\(fields.owner) names no host that it may reach",
                    hint: "add network: {hosts: [\"api.example.com:443\"]}")
            }
            return []
        }
        if let profile, !profile.hasNetwork {
            faults.add(
                location, "network", "profile '\(profile.name)' has no network",
                hint: "remove 'network', or name a profile that has one")
        }
        guard
            let rule = Fields(
                node, of: "'network' of \(fields.owner)", known: ["hosts"], faults: faults),
            rule.required("hosts", hint: "such as [\"api.example.com:443\"]") != nil
        else { return [] }
        return (rule.literals("hosts") ?? []).map { host, node in
            if let fault = HostAndPort.fault(of: host) {
                faults.add(node, "'\(host)' is no host and port: \(fault)")
            }
            return host
        }
    }
}

extension ScriptLanguage {
    /// By the end of a file's name; nil when that tells nothing.
    init?(path: String) {
        if path.hasSuffix(".py") {
            self = .python
        } else if path.hasSuffix(".js") || path.hasSuffix(".mjs") {
            self = .javascript
        } else {
            return nil
        }
    }
}
