internal import CCrypto

/// Bytes that nobody can predict.
package enum Randomness {
    /// `count` bytes from libcrypto's generator, which the kernel seeds.
    ///
    /// Stops the process when the generator cannot deliver: weak keys would be worse.
    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= 1 << 24, "nobody needs that many random bytes at once")
        var output = [UInt8](repeating: 0, count: count)
        let answer = unsafe RAND_bytes(&output, Int32(count))
        precondition(answer == 1, "libcrypto's random generator is not seeded")
        return output
    }
}

/// Whether both hold the same bytes, in a time that depends on their lengths alone.
///
/// Of different lengths is simply false: a length is no secret.
package func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}
