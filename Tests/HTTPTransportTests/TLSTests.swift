import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite struct TLSTests {
    private func withServer(
        _ body: (_ origin: String, _ certificate: String) async throws -> Void
    ) async throws {
        try await SecureServer.run(naming: "localhost") { server, certificate in
            try await body("https://localhost:\(server.port)", certificate)
        }
    }

    private func send(_ url: String, caFile: String?) async throws -> HTTPResponse {
        let transport = try HTTPTransport(.init(caFile: caFile))
        return try await transport.send(
            HTTPRequest(
                url: try HTTPURL(url), egress: try EgressPolicy(allow: ["127.0.0.0/8", "::1"])))
    }

    private func isTLSFailure(_ url: String, caFile: String?) async -> Bool {
        do {
            _ = try await send(url, caFile: caFile)
            return false
        } catch {
            guard let error = error as? HTTPError, case .tls = error.kind else { return false }
            return !error.mayHaveArrived
        }
    }

    @Test func `a server signed by the configured authority is trusted`() async throws {
        try await withServer { origin, certificate in
            let response = try await send(origin + "/echo", caFile: certificate)

            #expect(response.status == 200)
        }
    }

    @Test func `a server signed by nobody known is refused`() async throws {
        try await withServer { origin, _ in
            #expect(await isTLSFailure(origin + "/echo", caFile: nil))
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        try await withServer { origin, certificate in
            let other = origin.replacingOccurrences(of: "localhost", with: "127.0.0.1")

            #expect(await isTLSFailure(other + "/echo", caFile: certificate))
        }
    }

    @Test func `an authority file that is not there is said at the first request`() async throws {
        try await withServer { origin, _ in
            #expect(await isTLSFailure(origin + "/echo", caFile: "/nonexistent/ca.pem"))
        }
    }
}
