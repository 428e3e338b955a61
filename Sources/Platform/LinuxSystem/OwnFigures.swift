internal import Glibc

/// What this process uses, as the usual names of Prometheus ask for it; nil where /proc does not say.
package struct OwnFigures: Sendable, Hashable {
    package var residentBytes: Int?
    package var virtualBytes: Int?
    package var cpuTime: Duration
    package var threads: Int?
    package var openFiles: Int?
    package var mostOpenFiles: Int?
    /// Seconds since 1970 at which it began.
    package var startTime: Double?

    package static var now: OwnFigures {
        let status = (try? UserFiles.read("/proc/self/status", limit: 1 << 16)) ?? []
        let fields = statFields
        return OwnFigures(
            residentBytes: ProcessStatus.kilobytes(of: "VmRSS:", in: status).map { $0 * 1024 },
            virtualBytes: ProcessStatus.kilobytes(of: "VmSize:", in: status).map { $0 * 1024 },
            cpuTime: ProcessorTime.now,
            threads: fields.count > 17 ? Int(fields[17]) : nil,
            openFiles: (try? UserFiles.list("/proc/self/fd"))?.count,
            mostOpenFiles: mostOpenFiles,
            startTime: fields.count > 19 ? startTime(ticks: fields[19]) : nil)
    }

    private static var mostOpenFiles: Int? {
        guard let bytes = try? UserFiles.read("/proc/self/limits", limit: 1 << 16) else {
            return nil
        }
        let label = "Max open files"
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(label) }
        return line?.dropFirst(label.count).split(separator: " ").first.flatMap { Int($0) }
    }

    /// The fields of proc_pid_stat(5) from the third on.
    private static var statFields: [Substring] {
        guard let bytes = try? UserFiles.read("/proc/self/stat", limit: 1 << 16) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?
            .split(separator: " ") ?? []
    }

    private static func startTime(ticks: Substring) -> Double? {
        let perSecond = sysconf(Int32(_SC_CLK_TCK))
        guard let ticks = Double(ticks), perSecond > 0,
            let bytes = try? UserFiles.read("/proc/stat", limit: 1 << 22),
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                .first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(line.dropFirst("btime ".count))
        else { return nil }
        return boot + ticks / Double(perSecond)
    }
}
