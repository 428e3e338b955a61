internal import LinuxSystem

/// `bench sandbox`: what it costs to run a small script in a process of its own, with every layer on,
/// through the supervisor's own interface: JSON in, JSON out.
///
/// Each case opens a sandbox of its own. What a case is compared with is measured in the same minutes.
enum SandboxBenchmark: Benchmark {
    static let name = "sandbox"

    static func run(_ options: BenchOptions, into report: inout Report) async throws {
        if options.showsDetail { return try await detail(options) }
        for group in groups where group.names.contains(where: options.includes) {
            for figure in try await group.measure(options) where options.includes(figure.name) {
                report.add(figure)
            }
        }
    }

    /// Cases that are measured together.
    private struct CaseGroup {
        let names: [String]
        let measure: @Sendable (BenchOptions) async throws -> [Figure]
    }

    private static let groups = [
        CaseGroup(names: ["javascript-prewarmed"]) { options in
            [try await PrewarmedCase.measure("javascript-prewarmed", .javascript, options)]
        },
        CaseGroup(names: ["javascript-sustained", "node-cold"]) { options in
            try await SustainedCase.measure(
                "javascript-sustained", .javascript, against: .node, options)
        },
        CaseGroup(names: ["node-prewarmed"]) { options in
            guard try ColdProgram.node.prepare() != nil else { return [] }
            // A start takes a processor some 50 ms.
            var slow = options
            slow.pace = max(options.pace, .milliseconds(160))
            return [
                try await PrewarmedCase.measure(
                    "node-prewarmed", .node, slow, rounds: options.rounds(200))
            ]
        },
        CaseGroup(names: ["node-sustained"]) { options in
            guard try ColdProgram.node.prepare() != nil else { return [] }
            let figures = try await SustainedCase.measure(
                "node-sustained", .node, against: .node, options)
            return Array(figures.prefix(1))
        },
        CaseGroup(names: ["python-prewarmed"]) { options in
            [try await PrewarmedCase.measure("python-prewarmed", .python, options)]
        },
        CaseGroup(names: ["python-sustained", "python-cold"]) { options in
            try await SustainedCase.measure("python-sustained", .python, against: .python, options)
        },
        CaseGroup(names: ["data-prewarmed", "data-cold"]) { options in
            try await DataCase.measure("data-prewarmed", options)
        },
        CaseGroup(names: ["python-1mb"]) { options in
            [try await LargeDocumentCase.measure("python-1mb", options)]
        },
        CaseGroup(names: ["idle-javascript"]) { options in
            try await IdleCase.measure("idle-javascript", .javascript, options)
        },
        CaseGroup(names: ["idle-python"]) { options in
            try await IdleCase.measure("idle-python", .python, options)
        },
        CaseGroup(names: ["queue-1000"]) { options in
            [try await QueueCase.measure("queue-1000", options)]
        },
        CaseGroup(names: ["crowd-javascript"]) { options in
            [try await CrowdCase.measure("crowd-javascript", .javascript, options)]
        },
        CaseGroup(names: ["crowd-python"]) { options in
            [try await CrowdCase.measure("crowd-python", .python, options)]
        },
    ]

    private static func detail(_ options: BenchOptions) async throws {
        for (name, script) in [("javascript", BenchScript.javascript), ("python", .python)]
        where options.includes(name) {
            StandardStream.output.write(try await DetailTable.measure(script, options))
        }
        for (name, script) in [
            ("crowd-javascript", BenchScript.javascript), ("crowd-python", .python),
        ]
        where options.includes(name) {
            StandardStream.output.write("beside a crowd:\n")
            StandardStream.output.write(
                try await DetailTable.measure(script, beside: CrowdCase.hostile, options))
        }
    }
}
