package import JSONValue

/// Names a delivery, like a run: in the order in which they came.
package struct DeliveryID: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    /// Any text: whether there is such a delivery is for the journal to say.
    package init(_ text: String) { self.text = text }
    /// The name of the delivery that starts, or would start, a run of this name.
    package init(_ run: RunID) { text = "d\(run.text)" }
    package var description: String { text }
}

/// One request to a webhook that was verified.
package struct NewDelivery: Sendable {
    package enum Verdict: Sendable {
        case start(NewRun)
        /// The flow does not want it.
        case ignore(reason: String)
        /// It is not what the flow can read.
        case refuse(reason: String)
    }

    /// What tells a delivery from others, and until when.
    package struct Key: Sendable, Hashable {
        package var text: String
        package var until: Moment
        package init(text: String, until: Moment) {
            self.text = text
            self.until = until
        }
    }

    package var id: DeliveryID
    package var flow: String
    package var receivedAt: Moment
    package var peer: String
    package var method: String
    package var path: String
    package var query: String
    /// `[[name, value], …]` in the order of the request, credentials left out.
    package var headers: JSON
    package var body: [UInt8]
    package var key: Key?
    package var verdict: Verdict
    /// The delivery whose bytes somebody let come again; nil: a sender sent it.
    package var redelivers: DeliveryID?

    package init(
        id: DeliveryID, flow: String, receivedAt: Moment, peer: String, method: String,
        path: String, query: String, headers: JSON, body: [UInt8], key: Key?, verdict: Verdict,
        redelivers: DeliveryID? = nil
    ) {
        self.redelivers = redelivers
        self.id = id
        self.flow = flow
        self.receivedAt = receivedAt
        self.peer = peer
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.key = key
        self.verdict = verdict
    }
}

/// What became of a delivery; it is durable.
package enum DeliveryAnswer: Sendable, Hashable {
    case accepted(RunID)
    /// The same key came within its time: nothing was started again.
    case duplicate(of: DeliveryID, run: RunID)
    case ignored(reason: String)
    case refused(reason: String)
}

/// How a delivery ended, as lists write it.
package enum DeliveryResult: String, Sendable, Hashable, CaseIterable {
    case accepted, duplicate, ignored, refused
}

/// A delivery as lists print it.
package struct DeliveryRecord: Sendable, Hashable {
    package var id: DeliveryID
    package var flow: String
    package var receivedAt: Moment
    package var peer: String
    package var result: DeliveryResult
    package var reason: String?
    /// The run that it started.
    package var run: RunID?
    /// Of a duplicate, the one that came first; of a redelivery, the one whose bytes it has.
    package var original: DeliveryID?
    /// Bytes of the body.
    package var size: Int

    package init(
        id: DeliveryID, flow: String, receivedAt: Moment, peer: String, result: DeliveryResult,
        reason: String?, run: RunID?, original: DeliveryID?, size: Int
    ) {
        self.id = id
        self.flow = flow
        self.receivedAt = receivedAt
        self.peer = peer
        self.result = result
        self.reason = reason
        self.run = run
        self.original = original
        self.size = size
    }

    /// Whether somebody let the bytes of `original` come again; `peer` says who.
    package var isRedelivery: Bool { original != nil && result != .duplicate }
}

/// A delivery with its request.
package struct DeliveryDetail: Sendable, Hashable {
    package var delivery: DeliveryRecord
    package var method: String
    package var path: String
    package var query: String
    package var headers: JSON
    /// As it came; empty for a duplicate.
    package var body: [UInt8]

    package init(
        delivery: DeliveryRecord, method: String, path: String, query: String, headers: JSON,
        body: [UInt8]
    ) {
        self.delivery = delivery
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// Which deliveries a list shows, newest first.
package struct DeliveryFilter: Sendable, Hashable {
    package var flow: String?
    package var result: DeliveryResult?
    package var run: RunID?
    /// Only those before this one: the last of the page before.
    package var before: DeliveryID?
    /// Only those that came then or later.
    package var since: Moment?
    /// Only those that came before then.
    package var until: Moment?
    package var limit: Int

    package init(
        flow: String? = nil, result: DeliveryResult? = nil, run: RunID? = nil,
        before: DeliveryID? = nil, since: Moment? = nil, until: Moment? = nil, limit: Int = 50
    ) {
        self.since = since
        self.until = until
        self.flow = flow
        self.result = result
        self.run = run
        self.before = before
        self.limit = limit
    }
}
