package import FlowModel

/// How much the host does at once, and how it treats the flows beside each other.
package struct QueueSettings: Sendable {
    package var rule: QueueRule
    /// Runs that are over are deleted after so long, and deliveries that started none.
    package var retention: Duration
    /// How often the journal is asked for what other processes wrote.
    package var pollInterval: Duration
    /// How often runs are looked for whose process died.
    package var orphanInterval: Duration
    package var tidyInterval: Duration
    /// Hears every event at once, for figures: it must be quick and must not wait.
    package var observe: (@Sendable (QueueEvent) -> Void)?
    /// How often a run is tried that can neither be read nor ended.
    package var damagedInterval: Duration = .seconds(3600)

    package init(
        rule: QueueRule = QueueRule(), retention: Duration = .seconds(30 * 86_400),
        pollInterval: Duration = .seconds(1), orphanInterval: Duration = .seconds(30),
        tidyInterval: Duration = .seconds(600)
    ) {
        self.rule = rule
        self.retention = retention
        self.pollInterval = pollInterval
        self.orphanInterval = orphanInterval
        self.tidyInterval = tidyInterval
    }
}
