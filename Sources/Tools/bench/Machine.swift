internal import JSONValue
internal import LinuxSystem

/// What was measured on, and whether it was busy with something else.
struct Machine: CustomStringConvertible {
    let model: String
    let processors: Int
    let memory: Int
    let kernel: String
    let governor: String
    let load: String
    /// Share of the processors' time that others used while the benchmark did nothing.
    let busy: Double
    private let times: ProcessorTimes

    /// Takes half a second.
    static func look() async -> Machine {
        let before = ProcessorTimes.now
        try? await Task.sleep(for: .milliseconds(500))
        let after = ProcessorTimes.now
        let model = lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
        let memory = lines("/proc/meminfo").first { $0.hasPrefix("MemTotal") }
        let governor = lines("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").first
        return Machine(
            model: model?.split(separator: ": ").last.map(String.init) ?? "unknown processor",
            processors: ProcessSurroundings.processorCount,
            memory: memory?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0,
            kernel: lines("/proc/sys/kernel/osrelease").first ?? "unknown",
            governor: governor ?? "not visible",
            load: lines("/proc/loadavg").first?.split(separator: " ").prefix(3)
                .joined(separator: " ") ?? "unknown",
            busy: after.busyShare(since: before), times: after)
    }

    var description: String {
        let gigabytes = memory / (1 << 20)
        let warning =
            busy > 0.05
            ? "warning: the machine is busy with something else; trust ratios, not figures\n" : ""
        return """
            \(model), \(processors) processors, \(gigabytes) GB, Linux \(kernel), governor \
            \(governor), load average \(load), \(percent(busy)) busy before it began
            \(warning)
            """
    }

    /// What the hypervisor took away since the look.
    var sinceThen: String {
        let stolen = ProcessorTimes.now.stolenShare(since: times)
        return "time that the hypervisor gave to others meanwhile: \(percent(stolen))\n"
    }

    var json: JSON {
        [
            "model": .string(model), "processors": .integer(Int64(processors)),
            "memory_kilobytes": .integer(Int64(memory)), "kernel": .string(kernel),
            "governor": .string(governor), "load": .string(load),
            "busy": JSONFigure.rounded(busy) ?? .null,
        ]
    }

    private func percent(_ share: Double) -> String { "\(Report.cell(share * 100)) %" }

    private static func lines(_ path: String) -> [String] {
        let bytes = (try? UserFiles.read(path, limit: 1 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// The first line of /proc/stat: ticks of all processors together (proc_stat(5)).
struct ProcessorTimes {
    private let ticks: [Int]

    static var now: ProcessorTimes {
        let bytes = (try? UserFiles.read("/proc/stat", limit: 1 << 20)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" }
        return ProcessorTimes(ticks: line.split(separator: " ").dropFirst().map { Int($0) ?? 0 })
    }

    /// User, nice, system, idle, iowait, irq, softirq, steal.
    private func since(_ earlier: ProcessorTimes) -> [Int] {
        zip(ticks, earlier.ticks).prefix(8).map { $0 - $1 }
    }

    func busyShare(since earlier: ProcessorTimes) -> Double {
        let spent = since(earlier)
        guard spent.count == 8 else { return 0 }
        let all = spent.reduce(0, +)
        return all > 0 ? Double(all - spent[3] - spent[4]) / Double(all) : 0
    }

    func stolenShare(since earlier: ProcessorTimes) -> Double {
        let spent = since(earlier)
        guard spent.count == 8 else { return 0 }
        let all = spent.reduce(0, +)
        return all > 0 ? Double(spent[7]) / Double(all) : 0
    }
}
