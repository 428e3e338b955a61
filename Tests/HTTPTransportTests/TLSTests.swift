import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite struct TLSTests {
    /// A server at https whose certificate names `localhost` and that signed it itself.
    private func withServer(
        _ body: (_ origin: String, _ certificate: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appendingPathComponent("certificate.pem").path
        let key = folder.appendingPathComponent("key.pem").path
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        try await ServerProcess.run("faults.py", arguments: ["--tls", certificate, key]) { server in
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
