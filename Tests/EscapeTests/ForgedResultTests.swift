import FlowModel
import JSONValue
import SandboxPolicy
import Testing

/// A script owns its process and can write what it likes to the descriptor of its result.
///
/// It may lie about its own value; it may not confuse the host.
@Suite struct ForgedResultTests {
    enum Expected: Sendable {
        case raised(String)
        case exceeded(LimitName)
        case returned(JSON)
        case crashed
    }

    static let cases: [(String, Expected)] = [
        ("two frames", .raised("InvalidResult")), ("frame and exit 0", .returned(["forged": true])),
        ("frame and rest", .raised("InvalidResult")),
        ("two frames and exit", .raised("InvalidResult")),
        ("half a header", .raised("InvalidResult")), ("half a payload", .raised("InvalidResult")),
        ("huge length", .exceeded(.output)), ("largest length", .exceeded(.output)),
        ("wrong magic", .raised("InvalidResult")), ("unknown kind", .raised("InvalidResult")),
        ("no JSON", .raised("InvalidResult")), ("no UTF-8", .raised("InvalidResult")),
        ("duplicate keys", .raised("InvalidResult")), ("deep", .exceeded(.output)),
        ("raised without fields", .raised("InvalidResult")),
        ("raised with wrong fields", .raised("InvalidResult")),
        ("nothing and exit 0", .raised("EarlyExit")), ("nothing and exit 7", .raised("EarlyExit")),
        ("nothing and exit 134", .crashed), ("setup failure status", .raised("EarlyExit")),
        ("frame and exit 7", .raised("EarlyExit")), ("closed 3", .raised("EarlyExit")),
        ("closed all", .raised("EarlyExit")), ("swapped", .raised("EarlyExit")),
        ("magic in the log", .returned(["honest": true])), ("ready again", .returned("lived on")),
        ("zeros", .raised("InvalidResult")), ("flood", .raised("InvalidResult")),
        ("unread input", .returned("")),
    ]

    static let nodeCases: [(String, Expected)] = [
        ("two frames", .raised("InvalidResult")), ("frame and exit 0", .returned(["forged": true])),
        ("frame and exit 7", .raised("EarlyExit")), ("frame and rest", .raised("InvalidResult")),
        ("half a header", .raised("InvalidResult")), ("half a payload", .raised("InvalidResult")),
        ("huge length", .exceeded(.output)), ("wrong magic", .raised("InvalidResult")),
        ("no JSON", .raised("InvalidResult")), ("nothing and exit 0", .raised("EarlyExit")),
        ("nothing and exit 7", .raised("EarlyExit")),
        ("setup failure status", .raised("EarlyExit")), ("closed 3", .raised("EarlyExit")),
        ("magic in the log", .returned(["honest": true])), ("ready again", .raised("Error")),
        ("zeros", .raised("InvalidResult")), ("flood", .raised("InvalidResult")),
        ("from a thread", .raised("InvalidResult")),
    ]

    @Test(arguments: [
        ("protocol/forge.py", "pure", cases), ("protocol/forge.js", "node", nodeCases),
    ])
    func `a forged result is told from a result and leaves the host as it was`(
        program: String, profile: String, cases: [(String, Expected)]
    ) async throws {
        try await Box.with { box in
            for (name, expected) in cases {
                let report = try await box.run(
                    program: program, input: ["case": .string(name)],
                    profile: ProfileName(profile))
                #expect(
                    Self.matches(report.outcome, expected), "\(name): \(report.outcome)")
            }
            let after = try await box.run("def main(): return 7", .python)
            #expect(after.outcome == .returned(7))
        }
    }

    private static func matches(_ outcome: StepOutcome, _ expected: Expected) -> Bool {
        switch (outcome, expected) {
        case (.raised(let error), .raised(let type)): error.type == type
        case (.exceeded(let limit), .exceeded(let wanted)): limit == wanted
        case (.returned(let value), .returned(let wanted)): value == wanted
        case (.crashed, .crashed): true
        default: false
        }
    }

    @Test func `a run that breaks its own runner still returns what it returns`() async throws {
        let honest: JSON = ["honest": [1, 2, ["three": "drei"]]]
        try await Box.with { box in
            for program in ["protocol/poisoned.py", "protocol/poisoned.js"] {
                let report = try await box.run(program: program)
                #expect(report.outcome == .returned(honest), "\(program): \(report.outcome)")
            }
        }
    }

    @Test(arguments: ["exit function", "destructor", "collector", "audit", "tracer", "exit hook"])
    func `code that runs after main cannot add to the result`(way: String) async throws {
        try await Box.with { box in
            let report = try await box.run(
                program: "protocol/afterwards.py", input: ["way": .string(way)])

            switch report.outcome {
            case .returned(let value): #expect(value == "honest")
            case .raised(let error): #expect(error.type == "InvalidResult")
            default: Issue.record("\(report.outcome)")
            }
        }
    }

    @Test func `bytes in the logs change nothing`() async throws {
        try await Box.with { box in
            let report = try await box.run(
                """
                import os
                def main():
                    os.write(1, bytes(range(256)) + b'\\n<<RESULT>>{"a":1}<<RESULT>>')
                    os.write(2, b'\\xff\\xfe\\x00')
                    return 'honest'
                """, .python)
            #expect(report.outcome == .returned("honest"))
            #expect(report.standardOutput.contains("<<RESULT>>"))
        }
    }
}
