/// What /proc tells about processes, for those who measure; nil or nothing where it cannot be read.
package enum ProcessFigures {
    /// Page faults so far that needed no disk (proc_pid_stat(5)).
    package static func minorFaults(of pid: Int32) -> Int? {
        // The name may hold anything; what follows its last parenthesis begins with the third field.
        guard
            let fields = text("/proc/\(pid)/stat")?.split(separator: ")").last?.split(
                separator: " "),
            fields.count > 7
        else { return nil }
        return Int(fields[7])
    }

    /// The children of this process, whichever thread has started them.
    package static var children: [Int32] {
        let threads = (try? UserFiles.list("/proc/self/task")) ?? []
        return threads.flatMap { thread in
            (text("/proc/self/task/\(thread)/children") ?? "").split(separator: " ")
                .compactMap { Int32($0) }
        }
    }

    /// The group that a process belongs to.
    package static func group(of pid: Int32) -> Int32? {
        guard
            let fields = text("/proc/\(pid)/stat")?.split(separator: ")").last?.split(
                separator: " "),
            fields.count > 2
        else { return nil }
        return Int32(fields[2])
    }

    /// The first 15 bytes of the program's name.
    package static func name(of pid: Int32) -> String? {
        text("/proc/\(pid)/comm").map { String($0.dropLast()) }
    }

    /// Bytes that this process alone has in memory (`smaps_rollup`); nil without the right to look.
    package static func privateMemory(of pid: Int32) -> Int? {
        guard let bytes = try? UserFiles.read("/proc/\(pid)/smaps_rollup", limit: 1 << 16),
            let clean = ProcessStatus.kilobytes(of: "Private_Clean:", in: bytes),
            let dirty = ProcessStatus.kilobytes(of: "Private_Dirty:", in: bytes)
        else { return nil }
        return (clean + dirty) * 1024
    }

    /// Bytes that this process has in memory.
    package static var residentMemory: Int? {
        guard let bytes = try? UserFiles.read("/proc/self/status", limit: 1 << 16) else {
            return nil
        }
        return ProcessStatus.kilobytes(of: "VmRSS:", in: bytes).map { $0 * 1024 }
    }

    /// CPU time of each thread of this process by its name; threads of one name are added up.
    package static var threadTimes: [String: Duration] {
        var times: [String: Duration] = [:]
        for thread in (try? UserFiles.list("/proc/self/task")) ?? [] {
            guard let name = text("/proc/self/task/\(thread)/comm")?.dropLast(),
                let time = text("/proc/self/task/\(thread)/schedstat")?.split(separator: " ").first,
                let nanoseconds = Int64(time)
            else { continue }
            times[String(name), default: .zero] += .nanoseconds(nanoseconds)
        }
        return times
    }

    /// CPU time that another process has used so far, all its threads together.
    package static func cpuTime(of pid: Int32) -> Duration? {
        guard let time = text("/proc/\(pid)/schedstat")?.split(separator: " ").first,
            let nanoseconds = Int64(time)
        else { return nil }
        return .nanoseconds(nanoseconds)
    }

    private static func text(_ path: String) -> String? {
        (try? UserFiles.read(path, limit: 1 << 16)).map { String(decoding: $0, as: UTF8.self) }
    }
}
