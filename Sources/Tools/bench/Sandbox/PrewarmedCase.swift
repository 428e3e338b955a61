internal import HostAssembly
internal import LinuxSystem
internal import SandboxSupervisor

/// A script whose process is ready when the run is asked for; the floor is fork, exit and wait of a
/// small C process.
enum PrewarmedCase {
    static func measure(
        _ name: String, _ script: BenchScript, _ options: BenchOptions, rounds: Int? = nil
    ) async throws -> Figure {
        let floor = try MeasuringProcess.forkFloor(in: try SupervisorConfiguration.ownFolder())
        let runs = try await Sandbox.with { sandbox in
            try await PacedRuns.take(
                rounds ?? options.rounds(1000), of: script, in: sandbox, pace: options.pace,
                beside: floor)
        }
        await floor.stop()
        return runs.figure(name)
    }
}
