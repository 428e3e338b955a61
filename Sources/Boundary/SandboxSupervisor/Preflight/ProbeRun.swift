import LinuxSystem
import SeccompFilters

/// What `sandbox-probe` said about one thing.
struct ProbeAnswer: Sendable, Hashable {
    /// 0 when it works, an errno, or -1 when it does something else than it should.
    let error: Int32
    let detail: String
    var works: Bool { error == 0 }

    /// What happened, in words.
    var words: String {
        switch error {
        case 0: detail
        case -1: detail
        default: "\(detail): \(Errno(error))"
        }
    }
}

/// Runs `sandbox-probe`, which tries things in processes that may be spoilt.
enum ProbeRun {
    private static let reportTarget: Int32 = 60
    /// Each of its fifteen probes ends by its own alarm after 5 s.
    private static let patience: Duration = .seconds(90)

    /// The answers by name of probe; throws when the program itself could not be started.
    static func answers(executable: String) async throws -> [String: ProbeAnswer] {
        let filter = try SeccompFilter.compile(
            defaultAction: .allow,
            rules: [FilterRule(call: "getppid", conditions: [], action: .error(1))])
        let text = filter.program.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let (output, pid) = try start(executable, filter: text)
        let bytes = await read(output, of: pid)
        return parse(String(decoding: bytes, as: UTF8.self))
    }

    private static func start(
        _ executable: String, filter: String
    ) throws(Errno) -> (output: Channel, pid: Int32) {
        let pipe = try Pipe()
        let pid = try SpawnRequest(
            path: executable, arguments: ["sandbox-probe", filter], environment: []
        ).start(giving: pipe.writeEnd.descriptor, as: reportTarget)
        return (pipe.readEnd, pid)
    }

    /// Everything until the end, on a thread that may wait; the process is gone afterwards.
    private static func read(_ output: Channel, of pid: Int32) async -> [UInt8] {
        await withCheckedContinuation { done in
            do {
                try ServiceThread.start(named: "probe") {
                    let bytes = readAll(output, until: .now + patience)
                    end(pid)
                    done.resume(returning: bytes)
                }
            } catch {
                end(pid)
                done.resume(returning: [])
            }
        }
    }

    private static func readAll(_ output: Channel, until deadline: MonotonicInstant) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            let poller = try Poller()
            try output.descriptor.setNonBlocking()
            try poller.watch(output.descriptor, for: .read, as: 1)
            while bytes.count < 1 << 16, !(try poller.wait(until: deadline)).isEmpty {
                if case .end = try output.descriptor.read(upTo: 4096, into: &bytes) { break }
            }
        } catch {
            // What was said until then counts; a probe without an answer counts as missing.
        }
        return bytes
    }

    private static func end(_ pid: Int32) {
        ProcessGroup.kill(pid)
        while ProcessGroup.reap(pid) {}
    }

    static func parse(_ text: String) -> [String: ProbeAnswer] {
        var answers: [String: ProbeAnswer] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let error = Int32(fields[1]) else { continue }
            answers[String(fields[0])] = ProbeAnswer(error: error, detail: String(fields[2]))
        }
        return answers
    }
}
