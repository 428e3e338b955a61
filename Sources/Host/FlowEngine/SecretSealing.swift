package import Journal

/// Seals the secrets that runs are given in clear.
package protocol SecretSealing: Sendable {
    /// Throws with words for whoever starts the run when there is nothing to seal with.
    func seal(_ clear: String, input: String, of run: RunID) throws(SecretRefusal) -> [UInt8]
    /// Replaces those values, by the names of their inputs, in what came with them.
    func redaction(of secrets: [String: String]) -> Redaction
}

/// Why a secret is not taken, for whoever gave it; never holds it.
package struct SecretRefusal: Error, Sendable, Hashable {
    package var message: String
    package var hint: String

    package init(message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}

/// How a run's inputs name a secret that was sealed with the run.
package enum SealedReference {
    package static let prefix = "sealed:"
    /// Shorter ones could not be told from innocent text where they must not stand.
    package static let shortest = 8

    package static func text(_ input: String) -> String { prefix + input }

    /// The input's name; nil when `text` is no such reference.
    package static func input(in text: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}
