internal import Cryptography
package import Journal

/// Names an approval in addresses: `RUN.DIGEST`, where the digest is the beginning of SHA-256 over the step's
/// path, since paths may hold anything.
package struct ApprovalName: Sendable, Hashable, CustomStringConvertible {
    package let run: RunID
    private let digest: String

    package init(_ run: RunID, _ step: StepPath) {
        self.run = run
        digest = Self.digest(of: step)
    }

    /// Nil when the text has another form; whether there is such an approval is for the journal to say.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isRun(parts[0]), parts[1].utf8.count == 16,
            parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        run = RunID(String(parts[0]))
        digest = String(parts[1])
    }

    package var description: String { "\(run).\(digest)" }

    func names(_ listing: ApprovalListing) -> Bool {
        listing.run == run && Self.digest(of: listing.step) == digest
    }

    private static func digest(of step: StepPath) -> String {
        String(Hexadecimal.encode(Digest.sha256(step.text)).prefix(16))
    }

    private static func isRun(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}

extension ApprovalListing {
    var name: ApprovalName { ApprovalName(run, step) }
}
