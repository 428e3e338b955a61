/// The status file of a process (proc_pid_status(5)), held open: the number of the process may go to
/// another one, the file never does.
package final class ProcessStatus: Sendable {
    private let file: Descriptor

    package init(of pid: Int32) throws(Errno) { file = try Descriptor.open("/proc/\(pid)/status") }

    /// Most memory that it had resident so far; nil when it is gone.
    package var peakMemoryBytes: Int? {
        guard let bytes = try? file.readStart(upTo: 2048) else { return nil }
        return Self.kilobytes(of: "VmHWM:", in: bytes).map { $0 * 1024 }
    }

    /// The process that a thread belongs to; nil when the thread is gone, or /proc does not show it.
    package static func process(ofThread thread: Int32) -> Int32? {
        guard let file = try? Descriptor.open("/proc/\(thread)/status"),
            let bytes = try? file.readStart(upTo: 1024)
        else { return nil }
        return number(of: "Tgid:", in: bytes).flatMap { Int32(exactly: $0) }
    }

    static func kilobytes(of label: String, in status: [UInt8]) -> Int? {
        number(of: label, in: status)
    }

    /// The number behind `label`, which stands at the start of a line.
    static func number(of label: String, in status: [UInt8]) -> Int? {
        let label = Array(label.utf8)
        var place = 0
        while place + label.count < status.count {
            if status[place...].starts(with: label) {
                let digits = status[(place + label.count)...]
                    .drop { $0 == 0x20 || $0 == 0x09 }.prefix { (0x30...0x39).contains($0) }
                return Int(String(decoding: digits, as: UTF8.self))
            }
            guard let end = status[place...].firstIndex(of: 0x0a) else { return nil }
            place = end + 1
        }
        return nil
    }
}
