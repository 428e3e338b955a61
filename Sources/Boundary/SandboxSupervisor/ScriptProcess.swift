import FlowModel
import LinuxSystem
import SandboxPolicy

/// A fork of a zygote, from its first call to its burial.
final class ScriptProcess {
    enum State {
        /// Our own code runs in it; no byte of a user is there.
        case settingUp(until: MonotonicInstant)
        /// Waits for a job.
        case ready
        case running(Run)
        /// Its end has been told; only its exit is awaited.
        case ending
    }

    let serial: UInt32
    let zygote: UInt32
    let layers: HeldLayers?
    let handle: ProcessHandle
    var state: State
    var channels: Channels?
    private var status: ProcessStatus?
    /// Page faults until it was ready; counted only for an observer.
    var setUpFaults = 0
    /// Of the run that it had.
    var timeline: RunTimeline?
    /// Given back when it is reaped.
    var group: ScriptGroup?
    /// Whether it is on its way into its group.
    var isMoving = false
    /// It has said that it is ready, and waits for the end of the move.
    var readyCall: SeccompNotification?
    /// Whether it has become the program of its profile.
    var hasProgram = false
    /// Threads that it started before it was ready, the first one included.
    var setUpThreads = 1
    /// It ended during the move.
    var hasExited = false

    init(
        serial: UInt32, zygote: Zygote, handle: consuming ProcessHandle, until: MonotonicInstant
    ) {
        self.serial = serial
        self.zygote = zygote.serial
        layers = zygote.layers
        self.handle = handle
        state = .settingUp(until: until)
    }

    /// Done ahead, off the path of a run.
    func openStatus() { status = try? ProcessStatus(of: handle.pid) }

    /// Most memory that it had resident so far; nil when /proc cannot be read.
    var peakMemoryBytes: Int? { status?.peakMemoryBytes }

    var run: Run? {
        if case .running(let run) = state { return run }
        return nil
    }

    /// Kills a script that has no run and gets none.
    ///
    /// That it ends is then no failure of its set-up.
    func discard() {
        state = .ending
        channels = nil
        handle.kill()
    }

    var isReady: Bool {
        if case .ready = state { return true }
        return false
    }
}

/// Our ends of descriptors 0 to 3; each is closed as soon as it has served.
final class Channels {
    var input: Channel?
    var output: Channel?
    var errors: Channel?
    var result: Channel?

    init(input: Channel, output: Channel, errors: Channel, result: Channel) {
        self.input = input
        self.output = output
        self.errors = errors
        self.result = result
    }
}

/// A ticket in a script process.
final class Run {
    let ticket: RunTicket
    let started: MonotonicInstant
    let deadline: MonotonicInstant
    /// CPU time of the process when it got the ticket: its set-up is not the script's.
    let cpuBefore: Duration
    /// When the CPU limit can be reached at the earliest.
    var cpuCheck: MonotonicInstant
    /// When it is looked at whether it gives way to others, and what it had used when it last was.
    var turnAt: MonotonicInstant
    var usedBeforeTurn = Duration.zero
    var givesWay = false
    var sent = 0
    /// Of the process at this moment, the first one included.
    var threads = 1
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var frame: [UInt8] = []
    var denials: DenialRecord
    var timeline: RunTimeline
    /// Why it was killed, when it was.
    var verdict: RunRecord.End?

    init(ticket: RunTicket, at now: MonotonicInstant, cpuBefore: Duration) {
        self.ticket = ticket
        started = now
        deadline = now + ticket.wallTime
        self.cpuBefore = cpuBefore
        denials = DenialRecord(ticket.isRecording ? .recording : .run)
        cpuCheck = now + ticket.limits.cpuTime
        turnAt = now + LaneLoop.longRun
        timeline = ticket.timeline
        timeline.passStarted(at: now)
        timeline.setUpTime = cpuBefore
    }

    func record(
        ending end: RunRecord.End, at now: MonotonicInstant, cpuTime: Duration, peakMemory: Int
    ) -> RunRecord {
        RunRecord(
            end: end, standardOutput: output, standardError: errors, denials: denials.denied,
            usage: Usage(
                wallTime: now - started, cpuTime: max(.zero, cpuTime - cpuBefore),
                peakMemory: ByteCount(peakMemory)))
    }
}
