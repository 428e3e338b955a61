internal import HostAssembly
internal import LinuxSystem

/// Memory that a script process which waits for its job has for itself alone: Private_Clean and
/// Private_Dirty of its `smaps_rollup`.
enum IdleCase {
    static func measure(
        _ name: String, _ script: BenchScript, _ options: BenchOptions
    ) async throws -> [Figure] {
        let (scripts, zygotes) = try await Sandbox.with { sandbox in
            for _ in 0..<20 { try await sandbox.time(script) }
            // The last successor gets ready.
            try await Task.sleep(for: .milliseconds(500))
            return (
                SandboxProcesses.scripts.compactMap { ProcessFigures.privateMemory(of: $0) },
                SandboxProcesses.zygotes.compactMap { ProcessFigures.privateMemory(of: $0) }
            )
        }
        guard !scripts.isEmpty else {
            StandardStream.output.write(
                "\(name): only root may read the memory map of script processes; not measured\n")
            return []
        }
        var figure = Figure(name: name, unit: "bytes", values: scripts.map(Double.init))
        figure.more = [("zygote_private", zygotes.map(Double.init).max())]
        return [figure]
    }
}
