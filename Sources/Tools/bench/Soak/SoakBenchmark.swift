internal import LinuxSystem

/// `bench soak`: what must hold however often and however many.
///
/// Unlike the other parts it throws when a promise is broken: `make soak` runs it.
enum SoakBenchmark: Benchmark {
    static let name = "soak"

    static func run(_ options: BenchOptions, into report: inout Report) async throws {
        if options.includes("killed-crowd") {
            report.add(try await KilledCrowdCase.measure("killed-crowd", options))
        }
        if options.includes("lasting") {
            report.add(try await LastingCase.measure("lasting", options))
        }
    }
}

/// What this process holds at a moment.
struct HostUse: CustomStringConvertible {
    let descriptors: Int
    let threads: Int
    let zygotes: Int
    let scripts: Int
    /// Bytes.
    let memory: Int

    static var now: HostUse {
        HostUse(
            descriptors: (try? UserFiles.list("/proc/self/fd").count) ?? 0,
            threads: (try? UserFiles.list("/proc/self/task").count) ?? 0,
            zygotes: SandboxProcesses.zygotes.count, scripts: SandboxProcesses.scripts.count,
            memory: ProcessFigures.residentMemory ?? 0)
    }

    var description: String {
        "\(descriptors) descriptors, \(threads) threads, \(zygotes) zygotes, "
            + "\(scripts) script processes, \(memory >> 10) KiB"
    }
}
