/// How many runs the host drives at once, and how it shares them out (`queue` in `sluice.yaml`).
package struct QueueRule: Sendable, Hashable {
    package struct Rate: Sendable, Hashable {
        /// Runs that may begin within the time.
        package var starts: Int
        package var within: Duration
        package init(starts: Int, within: Duration) {
            self.starts = starts
            self.within = within
        }
    }

    /// What holds for flows whose names match.
    package struct FlowRule: Sendable, Hashable {
        package var pattern: String
        package var runsAtOnce: Int?
        package var rate: Rate?
        package init(pattern: String, runsAtOnce: Int?, rate: Rate?) {
            self.pattern = pattern
            self.runsAtOnce = runsAtOnce
            self.rate = rate
        }
    }

    package var runsAtOnce: Int
    /// Of one flow, where nothing else is said of it.
    package var perFlow: Int
    /// Runs that may be queued; webhooks are answered 503 beyond that.
    package var longest: Int
    /// The first that matches a flow's name holds.
    package var flows: [FlowRule]

    package init(
        runsAtOnce: Int = 64, perFlow: Int = 16, longest: Int = 100_000, flows: [FlowRule] = []
    ) {
        self.runsAtOnce = runsAtOnce
        self.perFlow = perFlow
        self.longest = longest
        self.flows = flows
    }

    /// One flow never has every place, so that another's first step need not wait for its runs.
    package var mostOfOne: Int { max(runsAtOnce - 1, 1) }

    package func limits(of flow: String) -> (runsAtOnce: Int, rate: Rate?) {
        let rule = flows.first { NamePattern($0.pattern).matches(flow) }
        return (min(rule?.runsAtOnce ?? perFlow, mostOfOne), rule?.rate)
    }
}
