import JSONValue
import YAMLDocuments

extension FlowSession {
    func readTriggers(_ fields: Fields) -> (webhook: WebhookTrigger?, schedule: ScheduleTrigger?) {
        guard let node = fields["on"],
            let triggers = Fields(
                node, of: "'on'", known: ["webhook", "schedule"], faults: faults)
        else { return (nil, nil) }
        return (
            triggers["webhook"].flatMap(readWebhook), triggers["schedule"].flatMap(readSchedule)
        )
    }

    private func readWebhook(_ node: YAMLNode) -> WebhookTrigger? {
        let known = [
            "at", "verify", "deduplicate", "accept-if", "inputs", "replies", "respond-within",
        ]
        guard let fields = Fields(node, of: "'webhook'", known: known, faults: faults) else {
            return nil
        }
        var key: Template?
        var within: Duration?
        if let node = fields["deduplicate"],
            let rule = Fields(
                node, of: "'deduplicate'", known: ["key", "within"], faults: faults)
        {
            if rule.required("key") != nil {
                key = template(rule, "key", in: .webhook("'key'"))
            }
            if rule.required("within", hint: "for how long, such as 1 h") != nil {
                within = rule.duration("within", in: .seconds(1) ... .seconds(90 * 86_400))
            }
        }
        return WebhookTrigger(
            path: readPath(fields),
            verify: VerificationReader(faults: faults).read(fields["verify"]),
            deduplicateKey: key, deduplicateWithin: within,
            acceptIf: expression(fields, "accept-if", in: .webhook("'accept-if'")),
            inputs: readWebhookInputs(fields), replies: readReplies(fields),
            respondWithin: fields.duration(
                "respond-within", in: .milliseconds(100) ... .seconds(60)) ?? .seconds(8))
    }

    private func readPath(_ fields: Fields) -> String? {
        guard let path = fields.literal("at"), let node = fields["at"] else { return nil }
        if path.hasPrefix("/"), path.utf8.count <= 256,
            FlowPath.fault(of: String(path.dropFirst())) == nil,
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#%\"<>{}|^`".utf8.contains($0) })
        {
            let reserved = ["/hooks", "/v1", "/api", "/metrics", "/health"]
            if let taken = reserved.first(where: { path == $0 || path.hasPrefix($0 + "/") }) {
                faults.add(node, "'\(taken)' belongs to the host", hint: "choose another path")
            }
            return path
        }
        faults.add(
            node, "'at' takes an absolute path of plain letters, such as /error, not '\(path)'")
        return nil
    }

    private func readWebhookInputs(_ fields: Fields) -> [(name: String, value: Template)] {
        let values = readNamedTemplates(
            fields["inputs"], "inputs", place: .webhook("'inputs' of 'webhook'"))
        for member in fields["inputs"]?.members ?? [] where !inputNames.contains(member.key) {
            faults.add(
                member.keyLocation, member.key, "there is no input '\(member.key)'",
                hint: Nearest.hint(for: member.key, among: inputNames))
        }
        for input in inputs
        where input.isRequired && !values.contains(where: { $0.name == input.name }) {
            faults.add(
                fields["inputs"]?.location ?? fields.location, "",
                "the webhook does not fill the required input '\(input.name)'",
                hint: "add inputs: {\(input.name): \"${{ body.… }}\"}")
        }
        return values
    }

    private func readReplies(_ fields: Fields) -> JSON? {
        guard let node = fields["replies"],
            Fields(
                node, of: "'replies'", known: ["accepted", "duplicate", "ignored"], faults: faults)
                != nil
        else { return nil }
        return faults.json(node)
    }

    private func readSchedule(_ node: YAMLNode) -> ScheduleTrigger? {
        let known = ["cron", "timezone", "missed"]
        guard let fields = Fields(node, of: "'schedule'", known: known, faults: faults),
            let cronNode = fields.required("cron", hint: "such as \"0 6 * * 1-5\"")
        else { return nil }
        let cron = fields.literal(cronNode, "cron")
        if let cron {
            do {
                _ = try CronSchedule(cron)
            } catch {
                faults.add(cronNode, "'\(cron)' is no schedule: \(error.message)", hint: error.hint)
            }
        }
        let timezone = fields.literal("timezone") ?? "UTC"
        if let node = fields["timezone"], !isTimezone(timezone) {
            faults.add(
                node, "there is no time zone '\(timezone)'",
                hint: "name it as the tz database does, such as Europe/Berlin or UTC")
        }
        let missed = fields.choice("missed", among: ["once", "all", "none", "skip"]) ?? "once"
        return cron.map {
            ScheduleTrigger(
                cron: $0, timezone: timezone, missed: MissedFires(rawValue: missed) ?? .none)
        }
    }

    private func isTimezone(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let hasForm = parts.allSatisfy { part in
            guard let first = part.unicodeScalars.first, first.properties.isAlphabetic else {
                return false
            }
            return part.utf8.allSatisfy { byte in
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-".utf8
                    .contains(byte)
            }
        }
        return hasForm && (surroundings.knowsTimezone?(name) ?? true)
    }

    func readConcurrency(_ fields: Fields) -> ConcurrencyRule? {
        let known = ["group", "when-busy", "settle"]
        guard let node = fields["concurrency"],
            let rule = Fields(node, of: "'concurrency'", known: known, faults: faults),
            rule.required("group", hint: "such as \"${{ inputs.project }}\"") != nil,
            let group = template(rule, "group", in: .run("'group'"))
        else { return nil }
        return ConcurrencyRule(
            group: group,
            whenBusy: rule.choice("when-busy", among: ["queue", "replace", "skip"]) ?? "queue",
            settle: rule.duration("settle", in: .zero ... .seconds(86_400)))
    }

    func readOnFailure(_ fields: Fields) -> String? {
        guard let node = fields["on-failure"],
            let rule = Fields(node, of: "'on-failure'", known: ["flow"], faults: faults),
            let flowNode = rule.required("flow"), let name = rule.literal(flowNode, "flow")
        else { return nil }
        checkFlowName(name, flowNode)
        return name
    }

    func checkFlowName(_ name: String, _ node: YAMLNode) {
        if name == flowName {
            faults.add(node, "flow '\(name)' would start itself")
        } else if let flows = surroundings.flows, flows[name] == nil {
            faults.add(
                node, "there is no flow '\(name)'",
                hint: Nearest.hint(for: name, among: flows.keys.sorted()))
        }
    }
}
