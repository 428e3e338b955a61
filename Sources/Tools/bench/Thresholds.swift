internal import Foundation
internal import JSONValue

/// What the figures should be: `benchmarks/thresholds.json`, an array of
/// `{"case", "measure", "at_least" or "at_most", "unit"}`.
struct Thresholds {
    static let path = "benchmarks/thresholds.json"

    private struct Threshold {
        let name: String
        let measure: String
        let atLeast: Double?
        let atMost: Double?
        let unit: String

        func isMet(by value: Double) -> Bool {
            value >= atLeast ?? -.infinity && value <= atMost ?? .infinity
        }

        var wanted: String {
            let least = atLeast.map { "at least \(Report.cell($0))" }
            let most = atMost.map { "at most \(Report.cell($0))" }
            return [least, most].compactMap { $0 }.joined(separator: ", ") + " " + unit
        }
    }

    private let thresholds: [Threshold]

    static func read() throws -> Thresholds {
        let bytes = try Data(contentsOf: URL(filePath: path))
        return try Thresholds(JSON.parse(Array(bytes)))
    }

    init(_ document: JSON) throws(ThresholdError) {
        guard let entries = document.arrayValue else { throw ThresholdError(entry: document) }
        var thresholds: [Threshold] = []
        for entry in entries {
            let atLeast = entry["at_least"]?.doubleValue
            let atMost = entry["at_most"]?.doubleValue
            guard let name = entry["case"]?.stringValue,
                let measure = entry["measure"]?.stringValue,
                let unit = entry["unit"]?.stringValue, atLeast != nil || atMost != nil
            else { throw ThresholdError(entry: entry) }
            thresholds.append(
                Threshold(
                    name: name, measure: measure, atLeast: atLeast, atMost: atMost, unit: unit))
        }
        self.thresholds = thresholds
    }

    /// A table of the thresholds whose case was measured; empty when there is none.
    func comparison(with figures: [Figure]) -> String {
        var rows = [["threshold", "wanted", "measured", ""]]
        for threshold in thresholds {
            guard let figure = figures.first(where: { $0.name == threshold.name }) else { continue }
            let value = figure.measures.first { $0.name == threshold.measure }?.value
            let verdict = value.map { threshold.isMet(by: $0) ? "met" : "missed" } ?? "not measured"
            let label = "\(threshold.name) \(threshold.measure)"
            rows.append([label, threshold.wanted, Report.cell(value), verdict])
        }
        return rows.count == 1 ? "" : "\n" + Report.aligned(rows)
    }
}

struct ThresholdError: Error, CustomStringConvertible {
    let entry: JSON

    var description: String {
        "cannot read \(Thresholds.path): \(entry.text) is no threshold; write "
            + #"{"case": …, "measure": …, "at_least" or "at_most": …, "unit": …}"#
    }
}
