/// One series of `/metrics`: a name, its labels, and what was read.
package struct HostFigure: Sendable, Hashable {
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    package enum Reading: Sendable, Hashable {
        case number(Double)
        case histogram(Histogram)
    }

    /// Such as `sluice_runs`; a counter's ends with `_total`, a time's with `_seconds`.
    package var name: String
    package var help: String
    package var kind: Kind
    /// SECURITY: bounded sets of the host's own words, never a text that a client or a script made up.
    package var labels: [String: String]
    package var reading: Reading

    package init(
        _ name: String, _ help: String, _ kind: Kind, labels: [String: String] = [:],
        value: Double
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        reading = .number(value)
    }

    package init(
        _ name: String, _ help: String, labels: [String: String] = [:], histogram: Histogram
    ) {
        self.name = name
        self.help = help
        kind = .histogram
        self.labels = labels
        reading = .histogram(histogram)
    }
}
