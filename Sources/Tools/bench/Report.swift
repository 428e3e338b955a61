internal import Foundation
internal import JSONValue

/// The figures of one benchmark, as a table and as a file.
struct Report {
    static let resultsPath = ".build/bench/results.json"

    private(set) var figures: [Figure] = []

    mutating func add(_ figure: Figure) { figures.append(figure) }

    var table: String {
        var rows = [["case", "unit", "p50", "p95", "p99", "rate", "floor", "ratio", "n"]]
        let columns = rows[0].count - 2
        for figure in figures {
            let cells = figure.measures.map { Self.cell($0.value) }
            rows.append([figure.name, figure.unit] + cells.prefix(columns))
        }
        return Self.aligned(rows) + more
    }

    /// What has no column of its own.
    private var more: String {
        figures.map { figure in
            let known = figure.more.filter { $0.value != nil }
            guard !known.isEmpty else { return "" }
            let words = known.map { "\($0.name) \(Self.cell($0.value))" }
            return "  \(figure.name): \(words.joined(separator: ", "))\n"
        }.joined()
    }

    /// Adds the figures to the array in `results.json`, which other benchmarks of this run may have begun.
    func save() throws {
        let file = URL(filePath: Self.resultsPath)
        var all: [JSON] = []
        if let bytes = try? Data(contentsOf: file) {
            all = (try JSON.parse(Array(bytes))).arrayValue ?? []
        }
        all += figures.map(\.json)
        let folder = file.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data((JSON.array(all).prettyText + "\n").utf8).write(to: file, options: .atomic)
    }

    static func cell(_ value: Double?) -> String {
        guard let value else { return "" }
        let decimals = value < 10 ? 100.0 : value < 1_000 ? 10.0 : 1.0
        let rounded = (value * decimals).rounded() / decimals
        return JSON.double(rounded).integerValue.map(String.init) ?? rounded.description
    }

    /// The first column to the left, the others to the right.
    static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + padding : padding + text
            }.joined(separator: "  ") + "\n"
        }.joined()
    }
}
