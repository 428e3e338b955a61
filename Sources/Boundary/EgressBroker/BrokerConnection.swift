import HTTPTransport
import LinuxSystem

/// One connection of a script, from its acceptance to its end.
final class BrokerConnection {
    enum Phase {
        /// The request's head is not whole yet.
        case reading
        /// The addresses of the name are asked for.
        case resolving
        /// On the way to an address; these are left to try.
        case connecting(left: [IPAddress])
        /// The tunnel stands; what the client says first is not whole yet.
        case greeting
        /// Bytes go both ways.
        case relaying
        /// A body is gathered for the request that the broker makes itself.
        case gathering
        /// That request waits for one of the run's places.
        case queued
        /// It is under way.
        case requesting
        /// What is left for the client goes out, and then it closes.
        case ending
        /// Everything is said; the client's end is awaited, so that nothing it has not read is lost.
        case lingering
    }

    let serial: UInt32
    /// The listener it came from.
    let listener: UInt32
    let client: Channel
    var upstream: Channel?
    var phase = Phase.reading
    var deadline: MonotonicInstant

    var pass: EgressPass?
    var request: ProxyRequest?
    var body = BodyReader(.none)
    /// Read from the client and not passed on.
    var incoming: [UInt8] = []
    /// How much of `incoming` holds no end of a head.
    var searched = 0
    /// Read from the host before the head of its answer was whole.
    var answer: [UInt8] = []
    var answerSearched = 0
    /// `100 Continue` and its like that the host sent before its answer.
    var interimAnswers = 0
    var hasAnswerHead = false
    /// Whether it has one of the run's places for requests of the broker's own.
    var holdsPlace = false

    var toUpstream = ByteQueue()
    var toClient = ByteQueue()
    var clientHasEnded = false
    var upstreamHasEnded = false
    var toldUpstream = false
    var toldClient = false

    /// What the poller waits for on either side; nil: nothing.
    var watchedClient: Poller.Interest?
    var watchedUpstream: Poller.Interest?

    init(serial: UInt32, listener: UInt32, client: Channel, until deadline: MonotonicInstant) {
        self.serial = serial
        self.listener = listener
        self.client = client
        self.deadline = deadline
    }

    var isTunnel: Bool {
        if case .tunnel? = request?.kind { return true }
        return false
    }

    /// What it waits for from the client now.
    var clientInterest: Poller.Interest {
        var interest: Poller.Interest = toClient.isEmpty ? [] : .write
        switch phase {
        case .reading, .greeting, .gathering, .lingering:
            if !clientHasEnded { interest.insert(.read) }
        case .relaying: if !clientHasEnded, !toUpstream.isFull { interest.insert(.read) }
        case .resolving, .connecting, .queued, .requesting:
            // A client that goes away is noticed.
            if !clientHasEnded, incoming.count < ByteQueue.high { interest.insert(.read) }
        case .ending: break
        }
        return interest
    }

    /// What it waits for from the host now.
    var upstreamInterest: Poller.Interest {
        switch phase {
        case .connecting: return .write
        case .relaying:
            var interest: Poller.Interest = toUpstream.isEmpty ? [] : .write
            if !upstreamHasEnded, !toClient.isFull { interest.insert(.read) }
            return interest
        default: return []
        }
    }
}
