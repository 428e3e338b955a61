import HTTPTransport
import TestSupport
import Testing

@Suite struct FaultTests {
    @Test func `a silent server is left at the first-byte deadline`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/silent")
            request.timeouts.firstByte = .milliseconds(50)

            let error = await bench.failure(request)

            #expect(error?.kind == .timeout(.firstByte, after: .milliseconds(50)))
            #expect(error?.mayHaveArrived == true)
        }
    }

    @Test func `a server that stalls in mid-answer is left at the idle deadline`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/stalling")
            request.timeouts.idle = .milliseconds(50)

            #expect(await bench.failure(request)?.kind == .timeout(.idle, after: .milliseconds(50)))
        }
    }

    @Test func `a server that drips is left at the total deadline`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/dripping")
            request.timeouts.total = .milliseconds(300)

            #expect(
                await bench.failure(request)?.kind == .timeout(.total, after: .milliseconds(300)))
        }
    }

    @Test func `a cancelled task aborts its transfer`() async throws {
        try await Bench.run { bench in
            let request = try bench.request("/silent")
            let error = try await withThrowingTaskGroup(of: HTTPError?.self) { group in
                group.addTask { await bench.failure(request) }
                while try await bench.count(of: "/silent") == 0 {}

                group.cancelAll()

                return try await group.next() ?? nil
            }

            #expect(error?.kind == .cancelled)
            while try await bench.count(of: "/hung-up") == 0 {}
        }
    }

    @Test func `a task that was cancelled before it began sends nothing`() async throws {
        try await Bench.run { bench in
            let request = try bench.request("/echo", "POST")
            let error = await withTaskGroup(of: HTTPError?.self) { group in
                group.cancelAll()
                group.addTask { await bench.failure(request) }
                return await group.next() ?? nil
            }

            #expect(error?.kind == .cancelled)
            #expect(try await bench.count(of: "/echo") == 0)
        }
    }

    @Test func `an answer that is cut short is no answer`() async throws {
        try await Bench.run { bench in
            let error = await bench.failure(try bench.request("/cut"))

            guard case .cut = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.mayHaveArrived == true)
        }
    }

    @Test func `a closed port is unreachable and nothing has arrived`() async throws {
        try await Bench.run { bench in
            let port = try await ServerProcess.run("faults.py") { $0.port }
            var request = try bench.request("/echo")
            request.url = try HTTPURL("http://127.0.0.1:\(port)/")

            let error = await bench.failure(request)

            guard case .unreachable = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.mayHaveArrived == false)
        }
    }

    @Test func `a name without address is unresolved`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/echo")
            request.url = try HTTPURL("http://name.invalid/")

            #expect(await bench.failure(request)?.kind == .unresolved)
        }
    }

    @Test func `a write is never sent twice, although libcurl would`() async throws {
        try await Bench.run { bench in
            // Leaves a connection in the pool, on which libcurl would send again what was cut.
            _ = try await bench.text(bench.request("/echo"))

            let error = await bench.failure(try bench.request("/drop", "POST", body: [1]))

            guard case .cut = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.mayHaveArrived == true)
            #expect(try await bench.count(of: "/drop") == 1)
        }
    }

    @Test func `what may be repeated is sent again when a pooled connection is dead`() async throws
    {
        try await Bench.run { bench in
            _ = try await bench.text(bench.request("/echo"))
            var request = try bench.request("/drop", "POST", body: [1])
            request.isRepeatable = true

            _ = await bench.failure(request)

            #expect(try await bench.count(of: "/drop") == 2)
        }
    }

    @Test func `what may be repeated uses the pool`() async throws {
        try await Bench.run { bench in
            for _ in 0..<5 { _ = try await bench.text(bench.request("/echo")) }

            let text = try await bench.text(bench.request("/counts?of=/echo"))

            #expect(text == "5 connections 1")
        }
    }
}
