import YAMLDocuments

extension HostConfigurationReader {
    func readQueue(_ fields: Fields) -> QueueRule {
        var rule = QueueRule()
        let known = ["runs-at-once", "per-flow", "longest", "flows"]
        guard let node = fields["queue"],
            let queue = Fields(node, of: "'queue'", known: known, faults: faults)
        else { return rule }
        rule.runsAtOnce = queue.integer("runs-at-once", in: 1...1000) ?? rule.runsAtOnce
        rule.perFlow =
            queue.integer("per-flow", in: 1...1000) ?? min(rule.perFlow, rule.runsAtOnce)
        rule.longest = queue.integer("longest", in: 1...10_000_000) ?? rule.longest
        guard let flows = queue["flows"] else { return rule }
        guard let members = flows.members else {
            queue.wrongType(flows, "flows", "a mapping from name to limits")
            return rule
        }
        rule.flows = members.compactMap(readFlowRule)
        return rule
    }

    private func readFlowRule(_ member: YAMLMember) -> QueueRule.FlowRule? {
        let known = ["runs-at-once", "starts", "within"]
        guard
            let fields = Fields(
                member.value, of: "'\(member.key)' of 'queue'", known: known, faults: faults)
        else { return nil }
        let starts = fields.integer("starts", in: 1...100_000)
        let within = fields.duration("within", in: .milliseconds(100) ... .seconds(86_400))
        if fields["within"] != nil, fields["starts"] == nil {
            faults.add(
                fields.keyLocation("within"), "within", "'within' goes with 'starts'",
                hint: "such as {starts: 60, within: 1 min}")
        }
        return QueueRule.FlowRule(
            pattern: member.key, runsAtOnce: fields.integer("runs-at-once", in: 1...1000),
            rate: starts.map { QueueRule.Rate(starts: $0, within: within ?? .seconds(60)) })
    }
}
