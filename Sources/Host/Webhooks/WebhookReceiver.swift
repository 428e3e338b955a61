internal import Cryptography
internal import FlowModel
package import JSONValue
package import Journal
internal import Synchronization

/// The rest of the host, as far as a delivery needs it.
package protocol RunIntake: Sendable {
    /// For how long a sender should stay away, in seconds, and why; nil: new runs are welcome.
    func refusal() -> (seconds: Int, reason: String)?
    /// The journal could not keep a delivery.
    func noticeFailure(_ error: JournalError)
    /// A run is in the journal.
    func noticeRun()
    /// Makes ready to hear what the run answers, before there is a run.
    func listen(to run: RunID) -> any RunListening
}

package protocol RunListening: Sendable {
    func answer(within: Duration) async -> RunAnswer
}

/// What came of waiting for a `respond` node.
package enum RunAnswer: Sendable, Hashable {
    case responded(status: Int, body: JSON)
    /// The run ended and said nothing.
    case ended(RunState)
    /// It goes on.
    case late
}

/// Takes webhooks' requests: verified, told from those that came before, and durable before the
/// answer says so.
package final class WebhookReceiver: Sendable {
    private struct Routes {
        var byPath: [String: WebhookRoute] = [:]
        var proxies = TrustedProxies([])
    }

    private let journal: any HostJournal
    let intake: any RunIntake
    private let names = RunIDSource()
    private let routes = Mutex(Routes())

    package init(
        journal: any HostJournal, intake: any RunIntake, proxies: TrustedProxies,
        routes: [WebhookRoute]
    ) {
        self.journal = journal
        self.intake = intake
        replaceProxies(proxies)
        replaceRoutes(routes)
    }

    /// From now on these are the webhooks; of two with one path the first counts.
    package func replaceRoutes(_ new: [WebhookRoute]) {
        let pairs = new.map { ($0.path, $0) }
        let table = Dictionary(pairs) { first, _ in first }
        routes.withLock { $0.byPath = table }
    }

    /// From now on what these say of a sender's address counts.
    package func replaceProxies(_ new: TrustedProxies) { routes.withLock { $0.proxies = new } }

    /// Whether a webhook has this path, whatever the method.
    package func serves(_ path: String) -> Bool { routes.withLock { $0.byPath[path] != nil } }

    /// Answers a request; never throws, since a sender has to be told something.
    package func receive(_ request: WebhookRequest) async -> WebhookAnswer {
        guard let route = routes.withLock({ $0.byPath[request.path] }) else { return .noSuchHook }
        guard request.method == "POST" else { return .wrongMethod }
        let client = routes.withLock({ $0.proxies }).client(of: request)
        if let failure = route.verifier.failure(of: request, from: client) {
            return .unverified("\(failure), from \(client)", flow: route.flow)
        }
        if let (seconds, reason) = intake.refusal() {
            return .unavailable(after: seconds, because: reason, flow: route.flow)
        }
        do {
            let event = try WebhookEvent(request, privacy: route.privacy)
            if route.isForSlack, event.body["type"]?.stringValue == "url_verification" {
                let challenge: JSON = ["challenge": event.body["challenge"] ?? .null]
                return WebhookAnswer(.ignored, status: 200, body: challenge, flow: route.flow)
            }
            return try await take(
                Incoming(request: request, peer: client.description, route: route), event)
        } catch let error as UnreadableBody {
            return await refuse(
                Incoming(request: request, peer: client.description, route: route),
                error.description)
        } catch {
            return unavailable(error, flow: route.flow)
        }
    }

    /// What went wrong with the journal is logged by who drives it, once and not for each delivery.
    private func unavailable(_ error: any Error, flow: String) -> WebhookAnswer {
        guard let error = error as? JournalError, let fault = error.storeFault else {
            return .unavailable(
                after: 5, because: "the host could not take it", note: "\(error)", flow: flow)
        }
        intake.noticeFailure(error)
        let reason =
            fault == .full
            ? "the disk of the host's journal is full" : "the host's journal cannot be written"
        return .unavailable(after: 5, because: reason, flow: flow)
    }

    struct Incoming {
        let request: WebhookRequest
        /// Who sent it, or who let it come again.
        let peer: String
        let route: WebhookRoute
        /// The delivery whose bytes come again.
        var redelivers: DeliveryID?
        /// Whether it gives a secret input, so that nothing of it may be kept in clear.
        var holdsSecret = false

        /// What flows read as `trigger`.
        func trigger(_ event: WebhookEvent) -> JSON {
            guard let redelivers, case .object(var trigger) = event.trigger else {
                return event.trigger
            }
            trigger["redelivers"] = .string(redelivers.text)
            return .object(trigger)
        }

        /// Who asks for the run, in the form of an approval's `who`.
        func requester(_ event: WebhookEvent) -> String? {
            // SECURITY: who lets it come again has asked for it, whoever did the first time.
            if redelivers != nil { return peer }
            return route.isForSlack ? event.slackUser : nil
        }
    }

    func route(of flow: String) -> WebhookRoute? {
        routes.withLock { $0.byPath.values.first { $0.flow == flow } }
    }

    func take(_ incoming: Incoming, _ event: WebhookEvent) async throws -> WebhookAnswer {
        let (route, now) = (incoming.route, incoming.request.receivedAt)
        var key: NewDelivery.Key?
        let inputs: JSONObject
        do {
            if route.isForGitHub, incoming.request.single("x-github-event") == "ping" {
                return try await store(incoming, .ignore(reason: "ping"))
            }
            guard try event.isWanted(by: route.trigger, vars: route.vars) else {
                return try await store(incoming, .ignore(reason: "accept-if does not hold"))
            }
            if incoming.redelivers == nil,
                let text = try event.key(of: route.trigger, vars: route.vars),
                let within = route.trigger.deduplicateWithin
            {
                key = NewDelivery.Key(text: text, until: now + within)
            }
            inputs = try event.inputs(of: route.trigger, vars: route.vars)
        } catch let error as ExpressionError {
            return try await store(incoming, .refuse(reason: error.description))
        }
        let secrets = route.secretInputs.filter { !(inputs[$0]?.isNull ?? true) }
        var bearer = incoming
        bearer.holdsSecret = !secrets.isEmpty
        while true {
            let id = names.next(at: now)
            let run: NewRun
            do {
                run = try route.makeRun(
                    WebhookRoute.Start(
                        id: id, trigger: bearer.trigger(event), inputs: inputs, at: now,
                        requestedBy: bearer.requester(event)))
            } catch let error as InputFaults {
                return try await store(bearer, .refuse(reason: error.description))
            }
            // SECURITY: a secret that nobody sealed would stand in the journal in clear.
            if let name = secrets.first(where: { run.sealed[$0] == nil }) {
                return try await store(
                    bearer, .refuse(reason: "input '\(name)' is a secret, and nobody can seal it")
                )
            }
            do throws(JournalError) {
                return try await store(bearer, .start(run), key: key)
            } catch {
                guard case .duplicateRun = error else { throw error }
            }
        }
    }

    /// SECURITY: a key that holds a secret still tells deliveries apart when only its digest is kept.
    private static func hiding(
        _ redaction: Redaction, in key: NewDelivery.Key, of flow: String
    ) -> NewDelivery.Key {
        guard redaction.apply(key.text) != key.text else { return key }
        let digest = Hexadecimal.encode(Digest.sha256("sluice key \(flow)\u{0}\(key.text)"))
        return NewDelivery.Key(text: "sha256:\(digest)", until: key.until)
    }

    func refuse(_ incoming: Incoming, _ reason: String) async -> WebhookAnswer {
        do {
            return try await store(incoming, .refuse(reason: reason))
        } catch {
            return unavailable(error, flow: incoming.route.flow)
        }
    }

    private func store(
        _ incoming: Incoming, _ verdict: NewDelivery.Verdict, key: NewDelivery.Key? = nil
    ) async throws(JournalError) -> WebhookAnswer {
        let (request, route) = (incoming.request, incoming.route)
        var name = names.next(at: request.receivedAt)
        var listener: (any RunListening)?
        var redaction = Redaction.none
        // SECURITY: what is refused has not been sealed.
        var keepsNothing = incoming.holdsSecret
        if case .start(let run) = verdict {
            (name, redaction, keepsNothing) = (run.id, run.redaction, false)
            if route.answersItself, incoming.redelivers == nil {
                listener = intake.listen(to: run.id)
            }
        }
        let headers = request.headers.filter { !route.privacy.isPrivate($0.key) }
        let delivery = NewDelivery(
            id: DeliveryID(name), flow: route.flow, receivedAt: request.receivedAt,
            peer: incoming.peer, method: request.method, path: request.path,
            query: keepsNothing ? "" : redaction.apply(request.query),
            headers: keepsNothing
                ? []
                : .array(headers.map { [.string($0.name), .string(redaction.apply($0.value))] }),
            body: keepsNothing ? [] : request.body,
            key: key.map { Self.hiding(redaction, in: $0, of: route.flow) }, verdict: verdict,
            redelivers: incoming.redelivers)
        let answer = try await journal.acceptDelivery(delivery)
        if case .accepted = answer { intake.noticeRun() }
        return await say(answer, delivery.id, route, listener)
    }

    // MARK: Answers

    private func say(
        _ answer: DeliveryAnswer, _ id: DeliveryID, _ route: WebhookRoute,
        _ listener: (any RunListening)?
    ) async -> WebhookAnswer {
        switch answer {
        case .accepted(let run):
            guard let listener else {
                var body = route.reply("accepted")
                // SECURITY: nothing; Slack shows people whatever stands in this body.
                if body == nil, !route.isForSlack {
                    body = ["status": "accepted", "run": .string(run.text)]
                }
                return WebhookAnswer(
                    .accepted(run), status: route.isForSlack ? 200 : 202, body: body,
                    flow: route.flow, delivery: id)
            }
            let said = await listener.answer(within: route.trigger.respondWithin)
            return response(said, run, id, route)
        case .duplicate(_, let run):
            let body: JSON = ["status": "duplicate", "run": .string(run.text)]
            return WebhookAnswer(
                .duplicate(run), status: 200, body: route.reply("duplicate") ?? body,
                flow: route.flow, delivery: id)
        case .ignored(let reason):
            let body: JSON = ["status": "ignored", "reason": .string(reason)]
            return WebhookAnswer(
                .ignored, status: 200, body: route.reply("ignored") ?? body, note: reason,
                flow: route.flow, delivery: id)
        case .refused(let reason):
            return WebhookAnswer(
                .refused, status: 400, body: ["status": "refused", "reason": .string(reason)],
                note: reason, flow: route.flow, delivery: id)
        }
    }

    private func response(
        _ said: RunAnswer, _ run: RunID, _ id: DeliveryID, _ route: WebhookRoute
    ) -> WebhookAnswer {
        let address = "/api/runs/\(run.text)"
        var answer = WebhookAnswer(
            .accepted(run), status: 200, body: nil, flow: route.flow, delivery: id)
        switch said {
        case .responded(let status, let body):
            answer.status = status
            answer.body = body
        case .ended(let state):
            answer.status = state == .succeeded ? 200 : 500
            answer.body = ["status": .string(state.rawValue), "run": .string(run.text)]
        case .late:
            answer.status = 202
            answer.headers = [("Location", address)]
            answer.body = [
                "status": "accepted", "run": .string(run.text), "url": .string(address),
            ]
        }
        return answer
    }
}

extension WebhookEvent {
    /// Who clicked or typed, in the form of an approval's `who`.
    fileprivate var slackUser: String? {
        let user = body["user"]?["id"]?.stringValue ?? body["user_id"]?.stringValue
        let team =
            body["team"]?["id"]?.stringValue ?? body["user"]?["team_id"]?.stringValue
            ?? body["team_id"]?.stringValue
        guard let user, let team else { return nil }
        return "slack:\(team)/\(user)"
    }
}
