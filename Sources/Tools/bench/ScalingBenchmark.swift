internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// `bench scaling`: how the cost of a run grows with the script, with the input and with how many are
/// under way; `scripts/plots` draws it.
///
/// `scaling.LANGUAGE.script.BYTES` and `.input.BYTES` are prewarmed runs; of `.at-once.COUNT` the rate
/// counts, and the times are those of single runs, waiting for a place included.
enum ScalingBenchmark: Benchmark {
    static let name = "scaling"

    static func run(_ options: BenchOptions, into report: inout Report) async throws {
        for language in [ScriptLanguage.javascript, .python] {
            let name = "scaling.\(language)"
            guard options.includes(name) else { continue }
            let figures = try await Sandbox.with { sandbox in
                try await sizes(name, language, in: sandbox, options)
                    + (try await concurrency(name, language, in: sandbox, options))
            }
            for figure in figures { report.add(figure) }
        }
    }

    private static func sizes(
        _ name: String, _ language: ScriptLanguage, in sandbox: Sandbox, _ options: BenchOptions
    ) async throws -> [Figure] {
        let floor = try MeasuringProcess.forkFloor(in: try SupervisorConfiguration.ownFolder())
        var figures: [Figure] = []
        for size in [100, 1_000, 10_000, 100_000, 500_000] {
            let script = ScalingScripts.script(language, size: size)
            figures.append(
                try await paced("\(name).script.\(size)", script, in: sandbox, floor, options))
        }
        for size in [10, 1_000, 10_000, 100_000, 1_000_000, 4_000_000] {
            let script = ScalingScripts.reading(language, size: size)
            figures.append(
                try await paced("\(name).input.\(size)", script, in: sandbox, floor, options))
        }
        await floor.stop()
        return figures
    }

    private static func paced(
        _ name: String, _ script: BenchScript, in sandbox: Sandbox, _ floor: MeasuringProcess,
        _ options: BenchOptions
    ) async throws -> Figure {
        let runs = try await PacedRuns.take(
            options.rounds(80), of: script, in: sandbox, pace: max(options.pace, .milliseconds(12)),
            beside: floor, warmUp: 5)
        var figure = runs.figure(name)
        figure.more = []
        return figure
    }

    private static func concurrency(
        _ name: String, _ language: ScriptLanguage, in sandbox: Sandbox, _ options: BenchOptions
    ) async throws -> [Figure] {
        let script: BenchScript = language == .python ? .python : .javascript
        var figures: [Figure] = []
        for count in [1, 2, 4, 8, 16, 32, 64] {
            let window = try await SustainedCase.window(
                of: script, in: sandbox, options.time(.milliseconds(1500)), underWay: count)
            figures.append(
                Figure(name: "\(name).at-once.\(count)", times: window.times, rate: window.rate))
        }
        return figures
    }
}

/// Scripts and inputs of about so many bytes.
enum ScalingScripts {
    /// Of functions as a person would write them, of which one is called.
    static func script(_ language: ScriptLanguage, size: Int) -> BenchScript {
        var script: BenchScript = language == .python ? .python : .javascript
        var text = script.source + "\n"
        var number = 0
        while text.utf8.count < size {
            text += language == .python ? pythonFunction(number) : javascriptFunction(number)
            number += 1
        }
        script = BenchScript(language: language, source: text)
        return script
    }

    private static func pythonFunction(_ number: Int) -> String {
        """

        def weigh_\(number)(entry, factor=\(number)):
            total = sum(value * factor for value in entry.get('values', []))
            if total > 1000:
                return {'name': entry['name'], 'total': total}
            return None

        """
    }

    private static func javascriptFunction(_ number: Int) -> String {
        """

        function weigh\(number)(entry, factor = \(number)) {
            const total = (entry.values ?? []).reduce((sum, value) => sum + value * factor, 0);
            if (total > 1000) return {name: entry.name, total};
            return null;
        }

        """
    }

    /// Counts the records that it is given.
    static func reading(_ language: ScriptLanguage, size: Int) -> BenchScript {
        let records = JSONDocumentKind.records.document(size: size)
        let source =
            language == .python
            ? "def main(records):\n    return len(records)"
            : "function main({records}) { return records.length; }"
        return BenchScript(
            language: language, source: source, input: ["records": records],
            answer: .integer(Int64(records.arrayValue?.count ?? 0)))
    }
}
