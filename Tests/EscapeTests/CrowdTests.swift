import FlowModel
import JSONValue
import SandboxPolicy
import Testing

/// Many scripts at once, most of them bad neighbours.
@Suite struct CrowdTests {
    private static let neighbours = [
        "def main():\n while True: pass",
        "def main():\n kept = []\n while True: kept.append(bytes(1 << 20))",
        "def main():\n while True: print('x' * 1000)",
        "import os\ndef main():\n while True:\n  try: os.fork()\n  except OSError: pass",
        "import os\ndef main():\n while True:\n  try: os.getppid()\n  except OSError: pass",
        "import os\ndef main():\n os._exit(3)", "import ctypes\ndef main(): ctypes.string_at(0)",
        "import os\ndef main():\n while True: os.write(3, bytes(65536))",
        "import ctypes\ndef main(): ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)",
    ]

    @Test func `honest scripts get their own answers whatever their neighbours do`() async throws {
        try await Box.with(limits: {
            $0.cpuTime = .seconds(1)
            $0.memory = ByteCount(64 << 20)
        }) { box in
            let wrong = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<108 {
                    group.addTask { try await Self.check(number, in: box) }
                }
                return try await group.reduce(into: [String]()) { wrong, next in
                    if let next { wrong.append(next) }
                }
            }
            #expect(wrong.isEmpty, "\(wrong)")
        }
    }

    /// Every fourth is a bad neighbour; nil when the run ended as it should.
    private static func check(_ number: Int, in box: Box) async throws -> String? {
        if number % 4 == 0 {
            let source = neighbours[number / 4 % neighbours.count]
            let report = try await box.run(source, .python)
            guard case .returned = report.outcome else { return nil }
            return "a bad neighbour returned: \(source)"
        }
        let language: ScriptLanguage = number % 2 == 0 ? .python : .javascript
        let source =
            language == .python
            ? "def main(number):\n print(number)\n return number * 7"
            : "function main({number}) { console.log(number); return number * 7; }"
        let report = try await box.run(
            source, language, input: ["number": .integer(Int64(number))],
            tenant: "tenant \(number % 3)")
        let isOwn =
            report.outcome == .returned(.integer(Int64(number * 7)))
            && report.standardOutput == "\(number)\n" && report.denials.isEmpty
        return isOwn ? nil : "\(number): \(report.outcome) \(report.standardOutput)"
    }
}
