/// The name of one effect, which only the holder of the host's key can make.
///
/// It depends on what the effect is for, never on the run: a flow that runs again on the same
/// thing makes the same mark, and so finds the effect instead of repeating it.
package enum Mark {
    /// Hexadecimal HMAC-SHA256 (64 digits) over the four fields, each preceded by its length.
    ///
    /// Without the lengths, (`a`, `bc`) and (`ab`, `c`) would be one mark. A missing item key is
    /// another mark than an empty one. `once` is the compact JSON or the text of the node's key.
    package static func make(
        key: [UInt8], flow: String, node: String, itemKey: String?, once: String
    ) -> String {
        var message = Array("sluice mark 1".utf8)
        for field in [flow, node, itemKey, once] {
            message.append(field == nil ? 0 : 1)
            let bytes = Array((field ?? "").utf8)
            for shift in stride(from: 56, through: 0, by: -8) {
                message.append(UInt8(truncatingIfNeeded: UInt64(bytes.count) >> UInt64(shift)))
            }
            message.append(contentsOf: bytes)
        }
        return Hexadecimal.encode(Digest.hmacSHA256(key: key, message: message))
    }
}
