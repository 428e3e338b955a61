internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// A small script that uses NumPy and pandas, against Python started for it, which imports both.
enum DataCase {
    private static let script = BenchScript(
        language: .python, profile: ProfileName("data"),
        source: """
            import numpy as np
            import pandas as pd

            def main(rows):
                frame = pd.DataFrame(rows)
                return {'total': int(np.sum(frame['count'] * frame['price']))}
            """,
        input: ["rows": [["count": 2, "price": 15], ["count": 1, "price": 12]]],
        answer: ["total": 42])

    private static let cold = ColdProgram(
        name: "data-cold", path: "/usr/bin/python3",
        arguments: [
            "python3", "-c",
            """
            import json, sys
            import numpy as np
            import pandas as pd
            frame = pd.DataFrame(json.loads(sys.argv[1])['rows'])
            total = int(np.sum(frame['count'] * frame['price']))
            sys.stdout.write(json.dumps({'total': total}))
            """,
        ], input: #"{"rows":[{"count":2,"price":15},{"count":1,"price":12}]}"#)

    static func measure(_ name: String, _ options: BenchOptions) async throws -> [Figure] {
        let floor = try MeasuringProcess.forkFloor(in: try SupervisorConfiguration.ownFolder())
        var runs = PacedRuns()
        var started = Window()
        let isThere = try await Sandbox.with { sandbox in
            guard sandbox.problem(with: script.request) == nil else { return false }
            for _ in 0..<4 {
                runs.add(
                    try await PacedRuns.take(
                        options.rounds(100), of: script, in: sandbox, pace: .milliseconds(40),
                        beside: floor, warmUp: 5))
                if let program = try cold.prepare() {
                    started.add(try await program.window(options.time(.seconds(2)), atOnce: 1))
                }
            }
            return true
        }
        await floor.stop()
        guard isThere else {
            StandardStream.output.write("\(name): profile data is not there; not measured\n")
            return []
        }
        var figure = runs.figure(name)
        let coldP50 = started.times.sorted().percentile(50)
        figure.ratio = coldP50.flatMap { cold in figure.p50.map { cold / $0 } }
        guard coldP50 != nil else { return [figure] }
        return [figure, Figure(name: cold.name, times: started.times, rate: started.rate)]
    }
}
