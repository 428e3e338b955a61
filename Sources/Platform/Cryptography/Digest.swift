internal import CCrypto

/// Digests and keyed digests of byte sequences, from OpenSSL's libcrypto.
package enum Digest {
    /// The 32 bytes of SHA-256.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(bytes, size: 32, method: EVP_sha256())
    }

    /// The 32 bytes of SHA-256 over the UTF-8 of `text`.
    package static func sha256(_ text: String) -> [UInt8] {
        sha256(Array(text.utf8))
    }

    /// The 20 bytes of SHA-1: for formats that demand it (GitLab's line codes), never for security.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(bytes, size: 20, method: EVP_sha1())
    }

    /// Which digest a keyed one is made of.
    package enum Method: Sendable {
        case sha256
        case sha512
        /// Only for senders that know nothing better: a keyed SHA-1 is still unbroken.
        case sha1

        fileprivate var size: Int {
            switch self {
            case .sha256: 32
            case .sha512: 64
            case .sha1: 20
            }
        }
    }

    /// The 32 bytes of HMAC-SHA256 (RFC 2104); a key may have any length.
    package static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        hmac(.sha256, key: key, message: message)
    }

    /// The keyed digest (RFC 2104) of `message`; a key may have any length.
    package static func hmac(_ method: Method, key: [UInt8], message: [UInt8]) -> [UInt8] {
        // An empty Swift array may give a null pointer, which HMAC() reads as "the key of before".
        let keyBytes = key.isEmpty ? [0] : key
        var output = [UInt8](repeating: 0, count: method.size)
        var written: UInt32 = 0
        let kind =
            switch method {
            case .sha256: unsafe EVP_sha256()
            case .sha512: unsafe EVP_sha512()
            case .sha1: unsafe EVP_sha1()
            }
        let answer = unsafe HMAC(
            kind, keyBytes, Int32(key.count), message, message.count, &output, &written)
        let isDone = unsafe answer != nil && Int(written) == method.size
        precondition(isDone, "libcrypto has no HMAC: its default provider is not loaded")
        return output
    }

    private static func digest(
        _ bytes: [UInt8], size: Int, method: OpaquePointer?
    ) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: size)
        var written: UInt32 = 0
        let answer = unsafe EVP_Digest(bytes, bytes.count, &output, &written, method, nil)
        precondition(
            answer == 1 && written == size,
            "libcrypto lacks a digest: its default provider is not loaded")
        return output
    }
}
