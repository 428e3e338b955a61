package import LinuxSystem

/// When one run passed each of its stations, and what its process used: for those who measure.
///
/// A run that did not get so far has the instant of the station before.
package struct RunTimeline: Sendable, Hashable {
    package let tenant: String
    /// Counts the requests of a supervisor in the order in which they came.
    package var arrival: UInt64 = 0
    /// The request came.
    package var asked: MonotonicInstant
    /// Its job was written and a place was free for it.
    package var admitted: MonotonicInstant
    /// The lane's thread had it.
    package var taken: MonotonicInstant
    /// It was given to a script process.
    package var started: MonotonicInstant
    /// The last byte of its job was in the pipe.
    package var sent: MonotonicInstant
    /// The first bytes of the result were read.
    package var answered: MonotonicInstant
    /// The script process asked to be let go, or was found dead.
    package var ended: MonotonicInstant
    /// Whoever waits for the end was woken.
    package var told: MonotonicInstant
    /// The exit of the script process was taken.
    package var reaped: MonotonicInstant

    /// CPU time of the script process from its fork until it got the job, and in all.
    package var setUpTime = Duration.zero
    package var cpuTime = Duration.zero
    /// Page faults of the script process from its fork until it got the job, and in all.
    ///
    /// The former is counted only for an observer.
    package var setUpFaults = 0
    package var faults = 0

    init(tenant: String, asked: MonotonicInstant) {
        self.tenant = tenant
        self.asked = asked
        (admitted, taken, started, sent) = (asked, asked, asked, asked)
        (answered, ended, told, reaped) = (asked, asked, asked, asked)
    }

    mutating func passAdmitted(as arrival: UInt64, at now: MonotonicInstant) {
        self.arrival = arrival
        admitted = now
        passTaken(at: now)
    }

    mutating func passTaken(at now: MonotonicInstant) {
        taken = now
        passStarted(at: now)
    }

    mutating func passStarted(at now: MonotonicInstant) {
        started = now
        passSent(at: now)
    }

    mutating func passSent(at now: MonotonicInstant) {
        sent = now
        passAnswered(at: now)
    }

    mutating func passAnswered(at now: MonotonicInstant) {
        answered = now
        ended = now
        told = now
        reaped = now
    }
}
