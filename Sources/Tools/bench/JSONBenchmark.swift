internal import JSONValue

/// `bench json`: parsing and writing of three kinds of documents in three sizes; rates in MB/s.
enum JSONBenchmark: Benchmark {
    static let name = "json"

    private static let sizes = [("1KB", 1_000), ("64KB", 64_000), ("1MB", 1_000_000)]

    static func run(_ options: BenchOptions, into report: inout Report) throws {
        for kind in JSONDocumentKind.allCases {
            for (label, size) in sizes {
                let bytes = kind.document(size: size).bytes
                let value = try JSON.parse(bytes)
                guard value.bytes == bytes else { throw JSONBenchmarkError(kind: kind) }
                let parsing = try sample { _ = try JSON.parse(bytes) }
                report.add(figure("json.parse.\(kind).\(label)", parsing, bytes.count))
                let writing = sample { _ = value.bytes }
                report.add(figure("json.write.\(kind).\(label)", writing, bytes.count))
            }
        }
    }

    /// With the rate of the median, in MB (of 1,000,000 bytes) a second.
    private static func figure(_ name: String, _ times: [Duration], _ size: Int) -> Figure {
        var figure = Figure(name: name, times: times)
        figure.rate = figure.p50.map { Double(size) / $0 }
        return figure
    }
}

struct JSONBenchmarkError: Error, CustomStringConvertible {
    let kind: JSONDocumentKind
    var description: String { "the document '\(kind)' does not come back as it was written" }
}

/// What the documents are made of; each is the same in every run.
enum JSONDocumentKind: String, CaseIterable {
    /// Objects of eleven members as an API lists them: short strings, addresses, integers, flags.
    case records
    /// Long strings of source text, with an escape every few dozen bytes.
    case diffs
    /// An integer, a double of 17 digits and one of two decimals, by turns.
    case numbers

    func document(size: Int) -> JSON {
        var random = RepeatableNumbers(seed: 1)
        var elements: [JSON] = []
        var written = 2
        while written < size {
            let element = element(&random)
            written += element.bytes.count + 1
            if written > size, !elements.isEmpty { break }
            elements.append(element)
        }
        return .array(elements)
    }

    private func element(_ random: inout RepeatableNumbers) -> JSON {
        switch self {
        case .records: Self.record(&random)
        case .diffs: Self.diff(&random)
        case .numbers:
            [
                .integer(Int64.random(in: -100_000...100_000, using: &random)),
                .double(Double.random(in: 0...1, using: &random)),
                .double(Double(Int.random(in: 0...99_999, using: &random)) / 100),
            ]
        }
    }

    private static func record(_ random: inout RepeatableNumbers) -> JSON {
        let id = Int64.random(in: 1...9_999_999, using: &random)
        let address = "https://gitlab.example.com/team/project/-/merge_requests/\(id)"
        return [
            "id": .integer(id), "iid": .integer(id % 1_000),
            "title": "Read long lines without copying them", "state": "opened",
            "web_url": .string(address), "draft": false, "labels": ["bug", "backend"],
            "milestone": nil, "author": ["id": 7, "username": "reviewer", "name": "Review Zoë"],
            "created_at": "2026-03-04T05:06:07.890Z", "score": .double(Double(id % 1_000) / 8),
        ]
    }

    private static func diff(_ random: inout RepeatableNumbers) -> JSON {
        var text = "@@ -12,7 +12,9 @@ func main() {\n"
        for _ in 0..<12 {
            let mark = ["+", "-", " "].randomElement(using: &random) ?? " "
            let place = Int.random(in: 0...99, using: &random)
            text += "\(mark)\tlet value = try parse(\"text\", at: \(place))\n"
        }
        return [
            "old_path": "Sources/main.swift", "new_path": "Sources/main.swift", "a_mode": "100644",
            "new_file": false, "diff": .string(text),
        ]
    }
}

/// Random numbers that are the same in each run (SplitMix64).
struct RepeatableNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
