internal import CCrypto

/// A key that seals bytes so that only its holder can read them, and nobody can change them.
///
/// The envelope is `version (1) · key id (8) · nonce (12) · ciphertext · tag (16)`, AES-256-GCM.
/// The header is authenticated too. A nonce is random: one key seals at most 2^32 values
/// (NIST SP 800-38D §8.3).
package struct SealingKey: Sendable {
    /// Says which key sealed an envelope without saying anything about the key.
    package let identifier: [UInt8]
    private let bytes: [UInt8]

    package static let size = 32
    private static let version: UInt8 = 1
    private static let headerSize = 9
    private static let nonceSize = 12
    private static let tagSize = 16

    /// Refuses a key that does not have exactly 32 bytes.
    package init(_ bytes: [UInt8]) throws(SealingError) {
        guard bytes.count == Self.size else { throw .wrongKeySize(bytes.count) }
        // SECURITY: what is sealed uses a key of its own, derived from the one in the file.
        self.bytes = Digest.hmacSHA256(key: bytes, message: Array("sluice seal 1".utf8))
        identifier = Array(
            Digest.hmacSHA256(key: bytes, message: Array("sluice seal 1 key id".utf8)).prefix(8))
    }

    /// Seals `plaintext`; the same `context` must be given to open it.
    ///
    /// The context says what the bytes are for (`input api-token of run R`), so that an envelope
    /// cannot be carried to another place.
    package func seal(_ plaintext: [UInt8], context: [UInt8]) throws(SealingError) -> [UInt8] {
        let header = [Self.version] + identifier
        let nonce = Randomness.bytes(Self.nonceSize)
        let cipher = try CipherContext()
        let sealed = try cipher.encrypt(
            plaintext, key: bytes, nonce: nonce, associated: header + context)
        return header + nonce + sealed
    }

    package func open(_ envelope: [UInt8], context: [UInt8]) throws(SealingError) -> [UInt8] {
        let shortest = Self.headerSize + Self.nonceSize + Self.tagSize
        guard envelope.count >= shortest else { throw .malformed }
        guard envelope[0] == Self.version else { throw .unknownVersion(envelope[0]) }
        let header = Array(envelope[..<Self.headerSize])
        guard Array(header[1...]) == identifier else { throw .otherKey }
        let textStart = Self.headerSize + Self.nonceSize
        let textEnd = envelope.count - Self.tagSize
        let cipher = try CipherContext()
        return try cipher.decrypt(
            Array(envelope[textStart..<textEnd]), tag: Array(envelope[textEnd...]), key: bytes,
            nonce: Array(envelope[Self.headerSize..<textStart]), associated: header + context)
    }
}

/// Why bytes could not be sealed or opened.
package enum SealingError: Error, Sendable, Hashable, CustomStringConvertible {
    case wrongKeySize(Int)
    case malformed
    case unknownVersion(UInt8)
    case otherKey
    /// Changed, cut, or sealed for another place.
    case notAuthentic
    case libraryRefused

    package var description: String {
        switch self {
        case .wrongKeySize(let count):
            "cannot use a sealing key of \(count) bytes: it must have \(SealingKey.size)"
        case .malformed: "cannot open a sealed value: it is too short to be one"
        case .unknownVersion(let version):
            "cannot open a sealed value of version \(version): this Sluice knows version 1"
        case .otherKey:
            "cannot open a sealed value: another host key sealed it; restore that key file"
        case .notAuthentic:
            "cannot open a sealed value: it was changed or belongs to another place"
        case .libraryRefused: "cannot use AES-256-GCM: libcrypto refused it"
        }
    }
}

/// One use of AES-256-GCM, and the owner of libcrypto's context for it.
@safe private struct CipherContext: ~Copyable {
    private let pointer: OpaquePointer

    init() throws(SealingError) {
        guard let created = unsafe EVP_CIPHER_CTX_new() else { throw .libraryRefused }
        unsafe pointer = created
    }

    deinit { unsafe EVP_CIPHER_CTX_free(pointer) }

    /// The ciphertext followed by its tag.
    func encrypt(
        _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) throws(SealingError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: plaintext.count)
        var tag = [UInt8](repeating: 0, count: 16)
        var written: Int32 = 0
        let text = plaintext.isEmpty ? [0] : plaintext
        guard let textCount = Int32(exactly: plaintext.count),
            unsafe EVP_EncryptInit_ex(pointer, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            unsafe EVP_EncryptUpdate(
                pointer, nil, &written, associated, Int32(associated.count)) == 1,
            textCount == 0
                || (unsafe EVP_EncryptUpdate(pointer, &output, &written, text, textCount)) == 1,
            unsafe EVP_EncryptFinal_ex(pointer, &tag, &written) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1
        else { throw .libraryRefused }
        return output + tag
    }

    func decrypt(
        _ ciphertext: [UInt8], tag: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) throws(SealingError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ciphertext.count)
        var expectedTag = tag
        var rest = [UInt8](repeating: 0, count: 16)
        var written: Int32 = 0
        guard let textCount = Int32(exactly: ciphertext.count),
            unsafe EVP_DecryptInit_ex(pointer, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            unsafe EVP_DecryptUpdate(
                pointer, nil, &written, associated, Int32(associated.count)) == 1,
            textCount == 0
                || (unsafe EVP_DecryptUpdate(
                    pointer, &output, &written, ciphertext, textCount)) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_SET_TAG, 16, &expectedTag) == 1
        else { throw .libraryRefused }
        guard unsafe EVP_DecryptFinal_ex(pointer, &rest, &written) == 1 else {
            throw .notAuthentic
        }
        return output
    }
}
