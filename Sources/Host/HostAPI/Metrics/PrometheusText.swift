/// The text format of Prometheus, version 0.0.4.
package enum PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All series of a name stand together, in the order in which the names first come.
    package static func write(_ figures: [HostFigure]) -> String {
        var names: [String] = []
        var families: [String: [HostFigure]] = [:]
        for figure in figures {
            if families[figure.name] == nil { names.append(figure.name) }
            families[figure.name, default: []].append(figure)
        }
        var text = ""
        for name in names {
            guard let family = families[name], let first = family.first else { continue }
            text += "# HELP \(name) \(escaped(first.help, quotes: false))\n"
            text += "# TYPE \(name) \(first.kind.rawValue)\n"
            for figure in family { write(figure, to: &text) }
        }
        return text
    }

    private static func write(_ figure: HostFigure, to text: inout String) {
        switch figure.reading {
        case .number(let value):
            write(figure.name, figure.labels, value, to: &text)
        case .histogram(let histogram):
            var labels = figure.labels
            var total = 0
            for (place, count) in histogram.counts.enumerated() {
                total += count
                let isLast = place == Histogram.bounds.count
                labels["le"] = isLast ? "+Inf" : number(Histogram.bounds[place])
                write(figure.name + "_bucket", labels, Double(total), to: &text)
            }
            write(figure.name + "_sum", figure.labels, histogram.sum, to: &text)
            write(figure.name + "_count", figure.labels, Double(total), to: &text)
        }
    }

    private static func write(
        _ name: String, _ labels: [String: String], _ value: Double, to text: inout String
    ) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.sorted { $0.key < $1.key }.map { name, value in
                "\(name)=\"\(escaped(value, quotes: true))\""
            }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += #"\\"#
            case "\n", "\r\n": escaped += #"\n"#
            case "\"" where quotes: escaped += #"\""#
            default: escaped.append(character)
            }
        }
    }
}
