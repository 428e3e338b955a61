internal import Connectors
internal import FlowEngine
internal import Journal
internal import Synchronization

/// Secrets that runs are given, sealed by the host's key; without one they are refused.
struct HostSealing: SecretSealing {
    let keys: SealKeys?

    func seal(_ clear: String, input: String, of run: RunID) throws(SecretRefusal) -> [UInt8] {
        guard let keys else {
            throw SecretRefusal(
                message: "is a secret, and this host has no key to seal it with",
                hint:
                    "let its owner make one with 'openssl rand -hex 32' outside of the data folder "
                    + "and name it under 'seal-key', or pass 'secret:NAME' on the command line")
        }
        do {
            return try keys.seal(Array(clear.utf8), for: Self.context(input, run.text))
        } catch {
            throw SecretRefusal(message: "cannot be sealed: \(error)", hint: "look at the seal key")
        }
    }

    func redaction(of secrets: [String: String]) -> Redaction {
        let known = secrets.compactMap { name, value in
            ((try? SecretName(name)) ?? (try? SecretName("input"))).map {
                Secret(name: $0, value: value)
            }
        }
        let redactor = Redactor(known)
        return Redaction { redactor.redact($0) }
    }

    /// What operations of a run read; it is gone when the run is over.
    func source(_ place: JournalPlace) -> CredentialSource {
        CredentialSource { [keys] (input, run) throws(SecretError) in
            let envelope: [UInt8]?
            do throws(JournalError) {
                envelope = try await place.journal?.sealedInput(input, of: RunID(run))
            } catch {
                throw .file(error.description)
            }
            guard let envelope else {
                throw .file(
                    "the secret input '\(input)' is gone: it lives no longer than the run that it was "
                        + "given to")
            }
            guard let keys else {
                throw .file("the secret input '\(input)' cannot be opened: the seal key is missing")
            }
            let bytes = try keys.open(envelope, for: Self.context(input, run))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Bodies of deliveries; nil: they are kept as they came.
    var bodies: DeliverySeal? {
        guard let keys else { return nil }
        return DeliverySeal(
            seal: { try keys.seal($0, for: "body of delivery \($1)") },
            open: { try keys.open($0, for: "body of delivery \($1)") })
    }

    private static func context(_ input: String, _ run: String) -> String {
        "input \(input) of run \(run)"
    }
}

/// Where the journal will stand: operations are there before it, since it keeps out what they know.
final class JournalPlace: Sendable {
    private let held = Mutex<(any HostJournal)?>(nil)

    var journal: (any HostJournal)? { held.withLock { $0 } }
    func put(_ journal: any HostJournal) { held.withLock { $0 = journal } }
}
