/// What a document may cost before the reader refuses it.
package struct YAMLLimits: Sendable, Hashable {
    /// Bytes of the whole document.
    package var size: Int
    /// Nesting of sequences and mappings; a scalar has depth 0.
    package var depth: Int

    package init(size: Int = 1 << 20, depth: Int = 64) {
        self.size = size
        self.depth = depth
    }
}
