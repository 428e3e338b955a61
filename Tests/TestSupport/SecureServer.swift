import Foundation

/// `faults.py` at https, with a certificate that signed itself.
package enum SecureServer {
    package struct NoCertificate: Error {
        let status: Int32
    }

    /// - Parameter name: the only one that the certificate names.
    package static func run(
        naming name: String,
        _ body: (_ server: ServerProcess, _ certificate: String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let certificate = folder.file("certificate.pem")
        let key = folder.file("key.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)",
            "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else {
            throw NoCertificate(status: openssl.terminationStatus)
        }
        try await ServerProcess.run("faults.py", arguments: ["--tls", certificate, key]) { server in
            try await body(server, certificate)
        }
        withExtendedLifetime(folder) {}
    }
}
