internal import LinuxSystem

/// One subcommand of `bench`, in a file of its own.
protocol Benchmark: Sendable {
    /// The word on the command line.
    static var name: String { get }
    /// Measures and hands in the figures, in the order in which they should be printed.
    static func run(_ options: BenchOptions, into report: inout Report) async throws
}

/// `bench NAME...`: measures, prints a table, compares with `benchmarks/thresholds.json`.
///
/// The figures are added to `.build/bench/results.json`. A missed threshold is said and does not
/// change the exit status: how fast a machine is fails nobody's test.
@main struct Bench {
    static let all: [any Benchmark.Type] = [
        JSONBenchmark.self, EngineBenchmark.self, SandboxBenchmark.self, ScalingBenchmark.self,
        DeliveryBenchmark.self, SoakBenchmark.self,
    ]

    static func main() async {
        let known = all.map { $0.name }
        guard let options = BenchOptions(Array(CommandLine.arguments.dropFirst())),
            !options.names.isEmpty, options.names.allSatisfy(known.contains)
        else {
            StandardStream.error.write(
                "bench: \(BenchOptions.usage)names: \(known.joined(separator: ", "))\n")
            ProcessSurroundings.exit(2)
        }
        do {
            for benchmark in all where options.names.contains(benchmark.name) {
                let machine = await Machine.look()
                StandardStream.output.write(machine.description)
                var report = Report()
                try await benchmark.run(options, into: &report)
                StandardStream.output.write(report.table)
                StandardStream.output.write(machine.sinceThen)
                StandardStream.output.write(try Thresholds.read().comparison(with: report.figures))
                try report.save()
            }
        } catch {
            StandardStream.error.write("bench: \(error)\n")
            ProcessSurroundings.exit(1)
        }
    }
}
