import FlowModel
import Foundation
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// `fetch` of the JavaScript runner.
    @Suite struct FetchJavaScriptTests {
        @Test func `fetch speaks HTTP as scripts expect it`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        async function main({origin}) {
                          const plain = await fetch(`${origin}/document?a=b`);
                          const posted = await fetch(new Request(`${origin}/echo`, {method: "post",
                            headers: {"X-Own": "yes"}, body: JSON.stringify({name: "Ada ☃"})}));
                          const text = await posted.text();
                          const form = await (await fetch(`${origin}/echo`, {method: "PUT",
                            body: new URLSearchParams({a: "b c"})})).text();
                          const all = await Promise.all([1, 2, 3].map(() => fetch(`${origin}/document`)));
                          const large = await (await fetch(`${origin}/large?bytes=300000`)).arrayBuffer();
                          const head = await fetch(`${origin}/document`, {method: "HEAD"});
                          return {
                            status: [plain.status, plain.ok, plain.headers.get("content-TYPE"), plain.url],
                            json: await plain.json(), posted: text.endsWith('{"name": "Ada ☃"}') || text.split("\\n").at(-1),
                            own: /x-own: yes/i.test(text), credentials: /proxy/i.test(text),
                            form: form.endsWith("a=b+c") && /application\\/x-www-form-urlencoded/.test(form),
                            all: all.map((one) => one.status), large: large.byteLength,
                            head: [head.status, await head.text()],
                            pieces: (await (await fetch(`${origin}/pieces`)).text()).length > 0,
                            error: (await fetch(`${origin}/status?code=503`)).ok,
                            used: plain.bodyUsed,
                          };
                        }
                        """, at: server, language: .javascript)

                    #expect(
                        report.outcome
                            == .returned([
                                "status": [
                                    200, true, "application/json",
                                    .string("\(server.origin)/document?a=b"),
                                ],
                                "json": ["a": [1]], "posted": .string(#"{"name":"Ada ☃"}"#),
                                "own": true, "credentials": false, "form": true,
                                "all": [200, 200, 200], "large": 300_000, "head": [200, ""],
                                "pieces": true, "error": false, "used": true,
                            ]), "\(report)")
                    #expect(report.denials == [])
                }
            }
        }

        @Test func `a hundred requests at once are made in turn, and a body is a stream`()
            async throws
        {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        async function main({origin}) {
                          const all = await Promise.all(Array.from({length: 100},
                            () => fetch(`${origin}/document`, {headers: {"Proxy-Authorization": "own"}})));
                          let text = "";
                          const decoder = new TextDecoder();
                          for await (const piece of all[0].body) text += decoder.decode(piece, {stream: true});
                          const reader = all[1].body.getReader();
                          const {value, done} = await reader.read();
                          return {
                            statuses: [...new Set(all.map((one) => one.status))], text, length: value.length, done,
                            end: (await reader.read()).done, used: [all[0].bodyUsed, all[2].bodyUsed],
                          };
                        }
                        """, at: server, language: .javascript)

                    #expect(
                        report.outcome
                            == .returned([
                                "statuses": [200], "text": #"{"a": [1]}"#, "length": 10,
                                "done": false,
                                "end": true, "used": [true, false],
                            ]), "\(report)")
                    #expect(report.denials == [])
                }
            }
        }

        @Test func `a request that fails is told with the line that made it`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        async function main({origin}) {
                          const url = `${origin}/drop`;
                          return await fetch(url);
                        }
                        """, at: server, language: .javascript)

                    guard case .raised(let error) = report.outcome else {
                        Issue.record("\(report)")
                        return
                    }
                    #expect(error.line == 3)
                    #expect(error.message.contains("without an answer"))
                }
            }
        }

        @Test func `redirects are followed or shown, and judged like any request`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        async function main({origin}) {
                          const to = (target) => `${origin}/redirect?to=${target}`;
                          const followed = await fetch(to("/document"));
                          const shown = await fetch(to("/document"), {redirect: "manual"});
                          const failure = (url, init) => fetch(url, init).then(() => "none", (error) => error.message);
                          return {
                            followed: [followed.url.endsWith("/document"), followed.redirected],
                            shown: [shown.status, shown.headers.get("location")],
                            error: await failure(to("/document"), {redirect: "error"}),
                            loop: await failure(`${origin}/loop`),
                            elsewhere: await failure(to("http://169.254.169.254/latest")),
                            unlisted: await failure("https://other.test/"),
                            user: await failure(origin.replace("//", "//a:b@")),
                            scheme: await failure("file:///etc/passwd"),
                            cut: await failure(`${origin}/cut`),
                            nobody: await failure(`${origin}/drop`),
                          };
                        }
                        """, at: server, language: .javascript)

                    guard case .returned(let value) = report.outcome else {
                        Issue.record("\(report)")
                        return
                    }
                    #expect(value["followed"] == [true, true])
                    #expect(value["shown"] == [302, "/document"])
                    let messages: [String: String] = [
                        "error": "unexpected redirect", "loop": "redirect count exceeded",
                        "elsewhere": "169.254.169.254:80: it is not in the run's list",
                        "unlisted": "other.test:443: it is not in the run's list",
                        "user": "user or password", "scheme": "unknown scheme", "cut": "cut",
                        "nobody": "without an answer",
                    ]
                    for (key, words) in messages {
                        #expect(
                            value[key]?.stringValue?.contains(words) == true, "\(key): \(value)")
                    }
                    #expect(report.denials.count == 2)
                }
            }
        }

        @Test func `timers go on while a request waits, and a signal ends it`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        async function main({origin}) {
                          const ticks = [];
                          const timer = setInterval(() => ticks.push(1), 5);
                          const name = await fetch(`${origin}/silent`, {signal: AbortSignal.timeout(100)})
                            .then(() => "none", (error) => error.name);
                          clearInterval(timer);
                          const first = await Promise.race([fetch(`${origin}/silent`).then(() => "answer"),
                            new Promise((done) => setTimeout(done, 20, "timer"))]);
                          return [name, ticks.length > 2, first];
                        }
                        """, at: server, language: .javascript)

                    #expect(
                        report.outcome == .returned(["TimeoutError", true, "timer"]), "\(report)")
                }
            }
        }

        @Test func `https is spoken by the broker, with the owner's certificates`() async throws {
            try await SecureServer.run(naming: "localhost") { server, certificate in
                let port = server.port
                for allow in [["localhost:\(port)"], []] {
                    try await Sandbox.with(
                        { _ in },
                        adjust: {
                            $0.egress.caFile = certificate
                            $0.egress.allow = allow
                        }
                    ) { sandbox in
                        let report = try await sandbox.run(
                            """
                            async function main({port}) {
                              const url = `https://localhost:${port}`;
                              const answer = await fetch(`${url}/echo`, {method: "POST", body: "Ada",
                                headers: {"User-Agent": "mine"}});
                              const text = await answer.text();
                              const zipped = await (await fetch(`${url}/zipped?bytes=9000`)).text();
                              return [answer.status, text.endsWith("Ada"), /user-agent: mine/i.test(text),
                                zipped.length];
                            }
                            """, input: ["port": .integer(Int64(port))], language: .javascript,
                            profile: "fetch", hosts: ["localhost:\(port)"])

                        if allow.isEmpty {
                            guard case .raised(let error) = report.outcome else {
                                Issue.record("\(report)")
                                return
                            }
                            #expect(error.message.contains("is loopback"), "\(error)")
                            #expect(report.denials.count == 1)
                        } else {
                            #expect(
                                report.outcome == .returned([200, true, true, 9000]), "\(report)")
                        }
                    }
                }
            }
        }

        @Test func `without a network fetch says where there is one`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "async function main() { return await fetch('http://a.test/'); }",
                    language: .javascript)

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report)")
                    return
                }
                #expect(
                    error.message.contains("profile 'pure' has no network; use the profile fetch"))
            }
        }
    }
}

extension ScriptRuns.FetchJavaScriptTests {
    @Test func `an n8n step asks with this.helpers.httpRequest`() async throws {
        try await ServerProcess.run("faults.py") { server in
            try await Sandbox.with { sandbox in
                let source = """
                    const origin = $input.first().json.origin;
                    const document = await this.helpers.httpRequest({url: `${origin}/document`, qs: {a: "b"}});
                    const whole = await helpers.httpRequest({method: "POST", url: `${origin}/echo`,
                      body: {name: "Ada"}, returnFullResponse: true});
                    const failed = await this.helpers.httpRequest(`${origin}/status?code=404`)
                      .catch((error) => error.httpCode);
                    return [{json: {document, status: whole.statusCode,
                      posted: whole.body.endsWith('{"name":"Ada"}'), failed}}];
                    """
                let report = try await sandbox.supervisor.run(
                    ScriptRequest(
                        work: ScriptWork(
                            language: .javascript, fileName: "step.js",
                            source: Array(source.utf8), style: .n8n,
                            profile: ProfileName("fetch"), input: [:],
                            context: [
                                "items": [["json": ["origin": .string(server.origin)]]],
                                "nodes": [:],
                            ], network: ["127.0.0.1:\(server.port)"]),
                        tenant: "test", timeout: nil, trustsWrittenAddresses: true))

                guard case .returned(let value) = report.outcome else {
                    Issue.record("\(report)")
                    return
                }
                #expect(
                    value.arrayValue?.first?["json"]
                        == ["document": ["a": [1]], "status": 200, "posted": true, "failed": "404"])
            }
        }
    }
}
