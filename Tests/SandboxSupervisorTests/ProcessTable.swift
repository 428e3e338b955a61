import Foundation
import LinuxSystem

/// Processes and descriptors as /proc shows them.
enum ProcessTable {
    static func children(of parent: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { Self.parent(of: $0) == parent }
    }

    /// Nil when there is no such process.
    ///
    /// A zombie is still a process.
    static func parent(of pid: Int32) -> Int32? {
        // The name may hold spaces and parentheses: fields count from the last one.
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }

    /// Whether the process leads a group: of our children only zygotes do.
    static func leadsGroup(_ pid: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return false }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 2 && Int32(fields[2]) == pid
    }

    /// A zombie exists.
    static func exists(_ pid: Int32) -> Bool {
        FileManager.default.fileExists(atPath: "/proc/\(pid)")
    }

    /// Every pid namespace that a process of this machine is in.
    static var pidNamespaces: Set<String> {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return Set(entries.compactMap { Int32($0) }.compactMap { pidNamespace(of: $0) })
    }

    static func pidNamespace(of pid: Int32) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/pid")
    }

    /// Most memory that this process had resident, bytes.
    static var peakMemory: Int { kilobytes("VmHWM:") << 10 }

    private static func kilobytes(_ label: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(label) } ?? ""
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
            .flatMap { Int($0) } ?? 0
    }

    /// What this process holds at a moment.
    struct Use: CustomStringConvertible {
        let descriptors: Int
        let processes: Int
        let residentMemory: Int

        static var now: Use {
            Use(
                descriptors: openDescriptors,
                processes: ProcessTable.children(of: CurrentProcess.pid).count,
                residentMemory: kilobytes("VmRSS:") << 10)
        }

        var description: String {
            "\(descriptors) descriptors, \(processes) processes, \(residentMemory >> 10) KiB"
        }
    }

    static var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
    }

    /// Asks again and again until it holds; false after `limit`.
    static func eventually(
        within limit: Duration = .seconds(10), _ holds: () async throws -> Bool
    ) async rethrows -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if try await holds() { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return false
    }
}
