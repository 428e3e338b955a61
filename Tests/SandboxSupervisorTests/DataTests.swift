import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// NumPy and pandas in the profile `data`.
    struct DataTests {
        private static let rows: JSON = [
            "rows": [
                ["name": "a", "count": 2], ["name": "b", "count": 2], ["name": "a", "count": 3],
            ]
        ]

        private func program(_ name: String) throws -> String {
            String(
                decoding: try RepositoryFiles.bytes(
                    "Tests/EscapeTests/Programs/honest-data/\(name).py"), as: UTF8.self)
        }

        @Test func `programs as people write them work, and nothing is refused`() async throws {
            try await Sandbox.with { sandbox in
                for name in ["tables", "times", "numbers", "columns", "at_once"] {
                    let report = try await sandbox.run(
                        try program(name), input: Self.rows, profile: "data")

                    #expect(report.outcome == .returned("ok"), "\(name): \(report.outcome)")
                    #expect(report.denials.isEmpty, "\(name): \(report.denials.map(\.meaning))")
                }
            }
        }

        @Test func `the same programs work where there are no namespaces`() async throws {
            try await Sandbox.with(adjust: { $0.leftOut = [.namespaces] }) { sandbox in
                for name in ["tables", "times"] {
                    let report = try await sandbox.run(
                        try program(name), input: Self.rows, profile: "data")

                    #expect(report.outcome == .returned("ok"), "\(name): \(report.outcome)")
                    #expect(report.denials.isEmpty, "\(name): \(report.denials.map(\.meaning))")
                }
            }
        }

        @Test func `no source of chance gives a number twice`() async throws {
            let source = try program("chance")
            try await Sandbox.with { sandbox in
                var seen: Set<JSON> = []
                for _ in 0..<5 {
                    let report = try await sandbox.run(source, profile: "data")
                    guard case .returned(let value) = report.outcome,
                        let numbers = value.arrayValue
                    else {
                        Issue.record("\(report.outcome)")
                        return
                    }
                    for number in numbers { #expect(seen.insert(number).inserted, "\(number)") }
                }
            }
        }

        @Test func `packages that the profile does not name are out of sight`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import os, sys
                    def main():
                        seen = sorted(os.environ)
                        for name in ['apt', 'gi', 'yaml', 'requests']:
                            try: __import__(name)
                            except ModuleNotFoundError as error: continue
                            seen.append(name)
                        place = '/usr/lib/python3/dist-packages'
                        for path in [place + '/apt', '/usr/lib/python3', '/usr/share/doc']:
                            if os.path.exists(path) and path != '/usr/lib/python3': seen.append(path)
                        return [name for name in seen if name not in ('LANG', 'LC_CTYPE', 'TZ')]
                    """, profile: "data")

                #expect(report.outcome == .returned([]))
            }
        }

        @Test func `numbers of NumPy become numbers`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import numpy as np, pandas as pd
                    def main():
                        frame = pd.DataFrame({'a': [1, 2], 'b': [1.5, 2.5]})
                        return {'sum': frame['a'].sum(), 'mean': np.float32(0.5), 'any': np.bool_(True),
                                'row': list(frame.iloc[0]), 'text': np.str_('x'), 'max': [np.uint64(7)],
                                'counts': {np.int64(3): np.int8(-1)}, 'long': np.longdouble(2)}
                    """, profile: "data")

                #expect(
                    report.outcome
                        == .returned([
                            "sum": 3, "mean": 0.5, "any": true, "row": [1.0, 1.5], "text": "x",
                            "max": [7], "counts": ["3": -1],
                            "long": 2.0,
                        ]))
            }
        }

        private static let refused: [(value: String, words: String)] = [
            (
                "pd.DataFrame({'a': [1]})",
                "$.v is of type DataFrame; use value.to_dict(orient='records')"
            ),
            ("pd.Series([1])", "$.v is of type Series; use value.to_dict() or value.tolist()"),
            ("np.arange(3)", "$.v is of type ndarray; use value.tolist()"),
            ("pd.Index([1])", "$.v is of type Int64Index; use value.tolist()"),
            ("pd.Categorical(['a'])", "$.v is of type Categorical; use value.tolist()"),
            ("pd.Timestamp('2024-01-01')", "$.v is of type Timestamp; use value.isoformat()"),
            ("pd.NaT", "$.v is of type NaTType; use None where a time is missing"),
            ("pd.NA", "$.v is of type NAType; use None where a value is missing"),
            (
                "np.timedelta64(1, 's')",
                "$.v is of type timedelta64; use value / numpy.timedelta64(1, 's')"
            ),
            ("np.datetime64('2024')", "$.v is of type datetime64; use str(value)"),
            ("np.complex64(1)", "$.v is of type complex64; use [value.real, value.imag]"),
            (
                "pd.DataFrame({'a': [1]}).groupby('a')",
                "$.v is of type DataFrameGroupBy; aggregate it first, as in value.sum()"
            ),
            (
                "[{'x': np.float64('nan')}]",
                "$.v[0].x is NaN; JSON has no such number; "
                    + "frame.astype(object).where(frame.notna(), None) makes it null"
            ),
            ("{pd.Timestamp('2024-01-01'): 1}", "$.v has a key of type Timestamp; use text keys"),
        ]

        @Test func `what has no form in JSON is refused with its path and a remedy`() async throws {
            try await Sandbox.with { sandbox in
                for (value, words) in Self.refused {
                    let report = try await sandbox.run(
                        "import numpy as np, pandas as pd\ndef main():\n    return {'v': \(value)}",
                        profile: "data")

                    guard case .raised(let error) = report.outcome else {
                        Issue.record("\(value): \(report.outcome)")
                        continue
                    }
                    #expect(error.type == "TypeError")
                    #expect(
                        error.message
                            == "the value that main returned cannot become JSON: \(words)")
                }
            }
        }

        @Test func `an array that is too large exceeds the memory`() async throws {
            try await Sandbox.with { sandbox in
                for value in [
                    "np.ones(1 << 28)", "[np.full(1 << 20, 1.0) for _ in range(1000)]",
                    "pd.concat([pd.DataFrame({'a': range(1 << 20)})] * 500)",
                ] {
                    let report = try await sandbox.run(
                        "import numpy as np, pandas as pd\ndef main():\n    \(value)\n    return 1",
                        profile: "data")

                    #expect(report.outcome == .exceeded(.memory), "\(value)")
                }
            }
        }
    }
}
