internal import FlowModel
internal import JSONValue
internal import Journal

/// What the page of an approval looks like: plain HTML without scripts.
enum ApprovalViews {
    /// More than a person reads, and than a browser likes.
    static let mostShown = 1 << 20

    static func message(_ title: String, _ text: String) -> HTML {
        document(title, "<h1>\(title)</h1><p>\(text)</p>")
    }

    static func signIn(_ token: String, _ problem: String?) -> HTML {
        document(
            "Sign in to see this approval",
            """
            <h1>Sign in to see this approval</h1>
            \(alert(problem))
            <form method="post" autocomplete="off">
            <input type="hidden" name="act" value="sign-in">
            <p><label for="key">Your key, of scope <code>approve</code></label>
            <input id="key" name="key" type="password" required autocomplete="off" spellcheck="false" autofocus></p>
            <p><button>Sign in</button></p>
            </form>
            <p class="quiet">Signed in already? <a href="\(attribute: token)">Go on</a>.</p>
            """)
    }

    static func approval(
        _ approval: ApprovalListing, for caller: Caller, formToken: String, problem: String?
    ) -> HTML {
        let covered = approval.covered
        let size = approval.record.covered.bytes.count
        return document(
            approval.record.ask,
            """
            <h1>\(approval.record.ask)</h1>
            \(alert(problem))
            \(standing(approval))
            <h2>\(approval.state == .waiting ? "What will be sent" : "What was asked for")</h2>
            \(size > mostShown ? tooLarge(size) : sent(covered))
            \(approval.state == .waiting && size <= mostShown
                ? decision(approval, caller, formToken) : HTML.none)
            \(facts(approval))
            <form method="post" class="who"><input type="hidden" name="act" value="sign-out">
            <p>You are <code>\(caller.name)</code>. <button class="quiet">Sign out</button></p></form>
            """)
    }

    // MARK: Parts

    private static func alert(_ problem: String?) -> HTML {
        problem.map { "<p class=\"alert\" role=\"alert\">\($0)</p>" } ?? .none
    }

    private static func standing(_ approval: ApprovalListing) -> HTML {
        switch approval.state {
        case .waiting: return .none
        case .expired: return "<p class=\"state\">This expired before anybody decided.</p>"
        case .cancelled:
            return "<p class=\"state\">Nobody waits for this any more: the run ended.</p>"
        case .decided:
            guard let decision = approval.record.decision else { return .none }
            let comment: HTML = decision.comment.map { "<blockquote>\($0)</blockquote>" } ?? .none
            return """
                <p class="state"><strong>\(approval.record.label(of: decision.choice))</strong>: \
                <code>\(decision.by)</code> decided this at \(decision.at.description).</p>\(comment)
                """
        }
    }

    private static func sent(_ covered: [CoveredOperation]) -> HTML {
        guard !covered.isEmpty else {
            return
                "<p>Nothing by this alone: the flow goes on with the choice.</p>"
        }
        return "\(covered.map(operation))"
    }

    private static func tooLarge(_ size: Int) -> HTML {
        """
        <p>\(String(size)) bytes, more than this page shows. Nobody should decide \
        about what they have not seen: read it through the API (<code>GET /api/approvals/…</code>), and \
        decide there.</p>
        """
    }

    private static func operation(_ covered: CoveredOperation) -> HTML {
        let place: HTML = covered.connection.map { " through <code>\($0)</code>" } ?? .none
        let risk: HTML = covered.risk.map { " <span class=\"risk\">\($0) risk</span>" } ?? .none
        let members = covered.arguments.objectValue ?? JSONObject()
        return """
            <section><h3><code>\(covered.operation ?? "an operation")</code>\(place)\(risk)</h3>
            <p class="quiet">Node <code>\(covered.node)</code></p>
            <dl>\(members.map { name, value in argument(name, value) })</dl>
            <details><summary>The same as JSON</summary><pre>\(covered.arguments.prettyText)</pre></details></section>
            """
    }

    private static func argument(_ name: String, _ value: JSON) -> HTML {
        "<dt><code>\(name)</code></dt><dd><pre>\(value.stringValue ?? value.prettyText)</pre></dd>"
    }

    private static func decision(
        _ approval: ApprovalListing, _ caller: Caller, _ formToken: String
    ) -> HTML {
        let record = approval.record
        guard record.who.isEmpty || record.who.contains(caller.name) else {
            return """
                <h2>Decide</h2><p class="state">This is not for you: it is for \
                \(record.who.joined(separator: ", ")).</p>
                """
        }
        let isOwn =
            approval.requestedBy == caller.name
            && (record.risk == .high || record.risk == .critical)
        let note: HTML =
            isOwn
            ? "<p class=\"state\">You asked for this run, so somebody else has to approve what is of high risk in it.</p>"
            : .none
        let buttons: [HTML] = record.labels.filter { !(isOwn && record.approves.contains($0.name)) }
            .map { name, label in
                let kind = record.approves.contains(name) ? "approves" : "refuses"
                return """
                    <button name="choice" value="\(attribute: name)" class="\(attribute: kind)">\(label)</button>

                    """
            }
        let approving = record.labels.filter { record.approves.contains($0.name) }.map(\.label)
        return """
            <h2>Decide</h2>\(note)
            <form method="post"><input type="hidden" name="act" value="decide">
            <input type="hidden" name="hash" value="\(attribute: approval.hash)">
            <input type="hidden" name="token" value="\(attribute: formToken)">
            <p><label for="comment">Comment (kept with the decision)</label>
            <textarea id="comment" name="comment" rows="2" maxlength="\(attribute: String(ApprovalDecider.longestComment))"></textarea></p>
            <p>\(buttons)</p></form>
            <p class="quiet">What stands above is sent after: \(approving.joined(separator: ", ")).</p>
            """
    }

    private static func facts(_ approval: ApprovalListing) -> HTML {
        let record = approval.record
        let rows: [(String, String)] = [
            ("Flow", approval.flow), ("Run", approval.run.text), ("Step", approval.step.text),
            ("Risk", record.risk.rawValue), ("For", record.who.joined(separator: ", ")),
            ("Run asked for by", approval.requestedBy ?? "nobody with a name"),
            ("Asked at", record.askedAt.description),
            ("Expires at", record.expiresAt?.description ?? "never"), ("Hash", approval.hash),
        ]
        let lines: [HTML] = rows.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>\n" }
        return "<h2>About this</h2><table>\(lines)</table>"
    }

    private static func document(_ title: String, _ body: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex"><title>\(title)</title>
        <style>\(HTML(stringLiteral: style))</style></head>
        <body><main>
        \(body)
        </main></body></html>

        """
    }

    /// The only style that the page's policy lets a browser apply.
    static let style = """
        :root{color-scheme:light dark;--line:#8886}
        body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:1rem}
        main{max-width:46rem;margin:0 auto}
        h1{font-size:1.5rem;overflow-wrap:anywhere;white-space:pre-wrap}
        h1,h3,pre,td,dd,blockquote,.state{unicode-bidi:isolate}
        h2{font-size:1.1rem;margin-top:2rem}
        h3{font-size:1rem;margin:0}
        section,.state,.alert{border:1px solid var(--line);border-radius:.4rem;padding:.7rem 1rem;margin:.7rem 0}
        .alert{border:2px solid #c33}
        .risk{border:1px solid;border-radius:.3rem;padding:0 .3rem;font-size:.85rem}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--line);margin:.2rem 0;padding:.2rem .7rem}
        dd{margin:0 0 .7rem}
        .hidden{background:#c33;color:#fff;font:.75rem monospace;padding:0 .2rem}
        label{display:block}
        input,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}
        button{font:inherit;padding:.5rem 1.2rem;margin:0 .5rem .5rem 0;cursor:pointer}
        .approves{font-weight:bold}
        :focus-visible{outline:3px solid #47c}
        th{text-align:left;font-weight:normal;padding-right:1rem;vertical-align:top;white-space:nowrap}
        td{overflow-wrap:anywhere}
        .quiet{font-size:.9rem;opacity:.8}
        button.quiet{padding:.1rem .5rem}
        """
}
