import Testing

@testable import LinuxSystem

struct ProcessTests {
    private static func start(_ command: String) throws -> ProcessHandle {
        let pair = try MessageSocket.pair()
        let request = SpawnRequest(
            path: "/bin/sh", arguments: ["sh", "-c", command], environment: ["PATH=/usr/bin:/bin"])
        return try ProcessHandle(pid: try request.start(giving: pair.far.descriptor, as: 60))
    }

    private static func end(of process: borrowing ProcessHandle) throws -> ProcessExit {
        let poller = try Poller()
        try poller.watch(process.descriptor, for: .read, as: 1)
        while true {
            _ = try poller.wait(until: nil)
            if let exit = try process.reap() { return exit }
        }
    }

    @Test func `a child's exit status is taken once`() throws {
        let process = try Self.start("exit 7")
        let isOurs = process.isOwnChild
        let exit = try Self.end(of: process)

        #expect(isOurs)
        #expect(exit.end == .status(7))
        #expect(exit.peakMemoryBytes > 0)
        #expect(throws: Errno.self) { try process.reap() }
    }

    @Test func `a child is killed with its group`() throws {
        let process = try Self.start("sleep 60 & exec sleep 60")
        ProcessGroup.kill(process.pid)

        #expect(try Self.end(of: process).end == .signal(9))
    }

    @Test func `a child gets one descriptor and nothing of the host's`() throws {
        let process = try Self.start(
            "[ -e /proc/self/fd/60 ] && [ ! -e /proc/self/fd/3 ] && [ -z \"$HOME\" ]")

        #expect(try Self.end(of: process).end == .status(0))
    }

    @Test func `a program that is not there is told`() throws {
        let pair = try MessageSocket.pair()
        let request = SpawnRequest(path: "/nowhere", arguments: ["x"], environment: [])

        #expect(throws: Errno.notFound) {
            try request.start(giving: pair.far.descriptor, as: 60)
        }
    }

    @Test func `peak memory is read from the status file`() throws {
        let text = "Name:\tx VmHWM: 9 kB\nVmPeak:\t 10 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 5 kB\n"

        #expect(ProcessStatus.kilobytes(of: "VmHWM:", in: Array(text.utf8)) == 1234)
        #expect(ProcessStatus.kilobytes(of: "VmHWM:", in: Array("Name:\tx\n".utf8)) == nil)
        #expect(try #require(try ProcessStatus(of: CurrentProcess.pid).peakMemoryBytes) > 1 << 20)
    }

    @Test func `durations become nanoseconds without a trap`() {
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(MonotonicInstant(nanoseconds: .max - 1) + .seconds(9) > MonotonicInstant.now)
    }
}
