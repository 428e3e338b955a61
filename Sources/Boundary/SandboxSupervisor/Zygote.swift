import FlowModel
import LinuxSystem
import SandboxPolicy

/// One zygote, from its start to its burial.
final class Zygote {
    enum State {
        case starting(until: MonotonicInstant)
        case serving
        /// Its successor serves; it only lives on for the scripts that it has forked.
        case retiring
        /// Killed or dead; its group is buried when its last script is.
        case ended
    }

    let serial: UInt32
    let handle: ProcessHandle
    let control: MessageSocket
    let startedAt: MonotonicInstant
    /// What it was told to leave out.
    let leftOut: Set<SandboxLayer>
    var listener: Listener?
    /// Set when it is locked.
    var layers: HeldLayers?
    /// Where its scripts reach the egress broker.
    var door: ServedListener?
    var state: State
    /// Forks asked for, ever.
    var forks = 0
    /// Forks asked for of which nothing has been heard yet.
    var unheard = 0
    var forkDeadline: MonotonicInstant?
    /// Script processes that are not buried.
    var scripts = 0
    var hasExited = false

    /// The listener, as something that a class can hold and give up.
    final class Listener {
        let seccomp: SeccompListener
        init(_ descriptor: consuming Descriptor) { seccomp = SeccompListener(descriptor) }
    }

    init(
        serial: UInt32, handle: consuming ProcessHandle, control: MessageSocket,
        leftOut: Set<SandboxLayer>, at now: MonotonicInstant, until: MonotonicInstant
    ) {
        self.serial = serial
        self.handle = handle
        self.control = control
        self.leftOut = leftOut
        startedAt = now
        state = .starting(until: until)
    }

    var isServing: Bool {
        if case .serving = state { return true }
        return false
    }

    var isStarting: Bool {
        if case .starting = state { return true }
        return false
    }

    var hasEnded: Bool {
        if case .ended = state { return true }
        return false
    }
}
