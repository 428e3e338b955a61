/// Packages could not be installed, found or removed; what was installed before is as it was.
package struct PackageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whose business the remedy is.
    package enum Cause: Sendable, Hashable {
        /// What the user named or wrote, or what an index offers.
        case given
        case host
    }

    /// One line: what, why, remedy.
    package let description: String
    package let cause: Cause

    package init(_ description: String, cause: Cause = .given) {
        self.description = description
        self.cause = cause
    }
}
