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

    /// The 32 bytes of HMAC-SHA256 (RFC 2104); a key may have any length.
    package static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        // An empty Swift array may give a null pointer, which HMAC() reads as "the key of before".
        let keyBytes = key.isEmpty ? [0] : key
        var output = [UInt8](repeating: 0, count: 32)
        var written: UInt32 = 0
        let answer = unsafe HMAC(
            EVP_sha256(), keyBytes, Int32(key.count), message, message.count, &output, &written)
        let isDone = unsafe answer != nil && written == 32
        precondition(isDone, "libcrypto has no HMAC-SHA256: its default provider is not loaded")
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
