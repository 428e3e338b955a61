/// Where operations get the secrets that were sealed with a run.
package struct CredentialSource: Sendable {
    /// The clear value of an input of a run; throws when it is gone or cannot be opened.
    let open: @Sendable (_ input: String, _ run: String) async throws(SecretError) -> String

    package init(
        open:
            @escaping @Sendable (_ input: String, _ run: String) async throws(SecretError)
            -> String
    ) {
        self.open = open
    }

    /// For a host without sealed secrets.
    package static let none = CredentialSource { (input, _) throws(SecretError) in
        throw .file("the secret input '\(input)' cannot be read: this host has no seal key")
    }
}
