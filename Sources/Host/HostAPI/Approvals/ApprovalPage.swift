internal import Cryptography
package import HTTPListener
internal import Journal
internal import LinuxSystem

/// The page of an approval: `GET` shows, and only `POST` decides.
///
/// Programs fetch links that stand in chats and mails, so a `GET` changes nothing and, before somebody has
/// signed in, tells nothing. People sign in with a key, as a `who: key:NAME`.
package struct ApprovalPage: MountedRoutes {
    private let decider: ApprovalDecider
    private let links: ApprovalLinks
    private let sessions: ApprovalSessions
    private let authentication: Authentication
    private let log: AccessLog?

    package init(
        backend: any ApprovalBackend, keys: KeyStore, authentication: Authentication,
        hostKey: [UInt8], links: ApprovalLinks, log: AccessLog?
    ) {
        decider = ApprovalDecider(backend: backend, audit: keys.audit)
        self.links = links
        sessions = ApprovalSessions(keys: keys, hostKey: hostKey, isSecure: links.isSecure)
        self.authentication = authentication
        self.log = log
    }

    // MARK: MountedRoutes

    package func operation(method: String, path: String) -> String? {
        guard path.hasPrefix(ApprovalLinks.prefix) else { return nil }
        return method == "POST" ? "postApprovalPage" : "showApprovalPage"
    }

    package func admit(_ head: HTTPRequest) -> HTTPAdmission {
        guard token(of: head) != nil else { return .refuse(refusal(.noSuchApproval)) }
        switch head.method {
        case "GET", "HEAD": return .accept(bodyLimit: 0)
        // A comment of the longest kind, with every byte escaped.
        case "POST": return .accept(bodyLimit: 64 << 10)
        default:
            var answer = refusal(
                APIFault(405, "method-not-allowed", "This page takes GET and POST."))
            answer.headers.set("Allow", "GET, HEAD, POST")
            return .refuse(answer)
        }
    }

    package func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        guard let (token, name) = token(of: request) else { return refusal(.noSuchApproval) }
        let visit = Visit(request: request, token: token, name: name)
        do {
            return request.method == "POST" ? try await post(visit) : try await show(visit)
        } catch let fault as APIFault {
            return refusal(fault)
        } catch {
            // SECURITY: what went wrong inside is for the log.
            log?.write(trouble: "\(error)", request: request)
            return refusal(
                APIFault(500, "internal", "the host could not do this; its log says why"))
        }
    }

    private struct Visit {
        let request: HTTPRequest
        let token: String
        let name: ApprovalName
        let seconds = ProcessSurroundings.wallClockMilliseconds / 1000
    }

    private func token(of request: HTTPRequest) -> (String, ApprovalName)? {
        let token = String(request.path.dropFirst(ApprovalLinks.prefix.count))
        return links.name(in: token).map { (token, $0) }
    }

    // MARK: Showing

    private func show(_ visit: Visit) async throws -> HTTPAnswer {
        guard let session = sessions.session(of: visit.request, at: visit.seconds) else {
            try await refuseExpired(visit.name)
            return page(200, ApprovalViews.signIn(visit.token, nil))
        }
        let approval = try await decider.approval(visit.name, for: session.caller)
        return view(approval, session)
    }

    /// A link is good for as long as its approval: then it says so, and nothing else.
    private func refuseExpired(_ name: ApprovalName) async throws {
        guard let approval = try await decider.backend.approval(name) else {
            throw APIFault.noSuchApproval
        }
        if approval.state == .expired {
            throw APIFault(410, "expired", "This expired before anybody decided.")
        }
    }

    private func view(
        _ approval: ApprovalListing, _ session: ApprovalSessions.Session, _ fault: APIFault? = nil
    ) -> HTTPAnswer {
        let form = sessions.formToken(session, approval.name, hash: approval.hash)
        return page(
            fault?.status ?? (approval.state == .expired ? 410 : 200),
            ApprovalViews.approval(
                approval, for: session.caller, formToken: form, problem: fault?.message))
    }

    // MARK: Forms

    private func post(_ visit: Visit) async throws -> HTTPAnswer {
        // SECURITY: browsers say themselves when a form stands on another site.
        if let site = visit.request.headers["sec-fetch-site"], site != "same-origin", site != "none"
        {
            throw APIFault(403, "cross-site", "this form was sent by another site")
        }
        guard let form = ApprovalForm(visit.request) else {
            throw APIFault(400, "invalid-body", "this is not what the page sends")
        }
        switch form["act"] {
        case "sign-in": return try await signIn(visit, key: form["key"])
        case "sign-out":
            var answer = again(visit)
            answer.headers.append("Set-Cookie", sessions.ending)
            return answer
        case "decide": return try await decide(visit, form)
        default: throw APIFault(400, "invalid-body", "this is not what the page sends")
        }
    }

    private func signIn(_ visit: Visit, key: String) async throws -> HTTPAnswer {
        try await refuseExpired(visit.name)
        var request = visit.request
        // SECURITY: blanks come along when a key is pasted; anything else that is no key is none.
        let key = key.filter { !$0.isWhitespace }
        request.headers = ["Authorization": "Bearer \(key)"]
        switch authentication.judge(request) {
        case .tooMany(let seconds):
            var answer = page(
                429,
                ApprovalViews.signIn(visit.token, "Too many wrong keys; wait \(seconds) seconds."))
            answer.headers.set("Retry-After", String(seconds))
            return answer
        case .unknown:
            return page(403, ApprovalViews.signIn(visit.token, "This key is not known here."))
        case .caller(let caller):
            guard caller.may(.approve), let cookie = sessions.cookie(for: caller, at: visit.seconds)
            else {
                return page(
                    403,
                    ApprovalViews.signIn(
                        visit.token, "This key may not decide: it needs scope 'approve'."))
            }
            try decider.note(
                "approval.sign-in", visit.name, caller, visit.request, "key \(caller.keyID ?? "-")")
            var answer = again(visit)
            answer.headers.append("Set-Cookie", cookie)
            return answer
        }
    }

    private func decide(_ visit: Visit, _ form: ApprovalForm) async throws -> HTTPAnswer {
        guard let session = sessions.session(of: visit.request, at: visit.seconds),
            session.caller.may(.approve)
        else {
            return page(
                403, ApprovalViews.signIn(visit.token, "Your session is over. Nothing was decided.")
            )
        }
        let approval = try await decider.approval(visit.name, for: session.caller)
        // SECURITY: only a form that this host showed to this person, for this approval and these
        // arguments, decides.
        guard
            sessions.isFormToken(
                form["token"], session, approval.name, hash: form["hash"])
        else {
            return view(
                approval, session,
                APIFault(403, "stale-form", "This form is no longer good. Nothing was decided."))
        }
        let comment = form["comment"]
        do {
            _ = try await decider.decide(
                approval,
                .init(
                    choice: form["choice"], comment: comment.isEmpty ? nil : comment,
                    seen: form["hash"]), by: session.caller, visit.request)
            return again(visit)
        } catch let fault as APIFault {
            let now = try await decider.approval(visit.name, for: session.caller)
            return view(now, session, fault)
        }
    }

    // MARK: Answers

    /// Sends the browser back to the page by `GET`, so that reloading decides nothing.
    private func again(_ visit: Visit) -> HTTPAnswer {
        var answer = page(303, ApprovalViews.message("Go on", "Go on to the page."))
        // Relative: the proxy's prefix stays what it is.
        answer.headers.set("Location", visit.token)
        return answer
    }

    private func refusal(_ fault: APIFault) -> HTTPAnswer {
        page(fault.status, ApprovalViews.message("Sluice", fault.message))
    }

    private func page(_ status: Int, _ html: HTML) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: Self.headers, body: .bytes(Array(html.text.utf8)))
    }

    /// SECURITY: nothing is loaded, framed, kept, sniffed or passed on, and no script runs.
    private static let headers: HTTPFields = [
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy":
            "default-src 'none'; style-src 'sha256-\(styleDigest)'; form-action 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    ]

    private static let styleDigest = Base64.encode(Digest.sha256(ApprovalViews.style))
}
