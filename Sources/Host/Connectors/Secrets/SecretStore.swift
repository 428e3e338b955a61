internal import LinuxSystem

/// Where secrets come from: the first of three places that has one of that name.
///
/// 1. `$CREDENTIALS_DIRECTORY/NAME`, which systemd fills (systemd.exec(5), `LoadCredential=`)
/// 2. `DATA/secrets/NAME`, which `sluice secrets set` writes
/// 3. the environment variable `SLUICE_SECRET_NAME`
package struct SecretStore: Sendable {
    private let credentialsFolder: String?
    private let folder: String
    private let environment: @Sendable (String) -> String?

    /// `dataFolder` is the host's own; the other two come from the process unless given.
    package init(
        dataFolder: String,
        environment: @escaping @Sendable (String) -> String? = {
            ProcessSurroundings.environment($0)
        }
    ) {
        self.folder = dataFolder + "/secrets"
        self.environment = environment
        credentialsFolder = environment("CREDENTIALS_DIRECTORY").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The secret, or the one message that says how to give it.
    package func secret(_ name: SecretName) throws(SecretError) -> Secret {
        for place in [credentialsFolder, folder].compactMap(\.self) {
            let path = place + "/" + name.text
            if let bytes = try read(path) { return try secret(name, bytes, source: path) }
        }
        let variable = "SLUICE_SECRET_" + name.text
        if let value = environment(variable) {
            return try secret(name, Array(value.utf8), source: "$" + variable)
        }
        throw .missing(name)
    }

    /// Writes the secret into the host's own folder, durably, readable by the owner alone.
    package func set(_ name: SecretName, to value: [UInt8]) throws(SecretError) {
        _ = try secret(name, value, source: "the given value")
        do {
            try PrivateFiles.write(value, to: name.text, in: folder)
        } catch {
            throw .file(error.description)
        }
    }

    /// False when the host's own folder held no such secret; another place may still give one.
    package func remove(_ name: SecretName) throws(SecretError) -> Bool {
        do {
            return try PrivateFiles.remove(name.text, in: folder)
        } catch {
            throw .file(error.description)
        }
    }

    /// Names of the secrets that the host's own folder holds; never a value.
    package func names() throws(SecretError) -> [SecretName] {
        do {
            return try PrivateFiles.names(in: folder).compactMap { try? SecretName($0) }
        } catch {
            throw .file(error.description)
        }
    }

    private func read(_ path: String) throws(SecretError) -> [UInt8]? {
        do {
            return try PrivateFiles.read(path)
        } catch {
            throw .file(error.description)
        }
    }

    /// One line end at the end is dropped: editors and `echo` leave it.
    private func secret(
        _ name: SecretName, _ bytes: [UInt8], source: String
    ) throws(SecretError) -> Secret {
        var kept = bytes[...]
        if kept.last == UInt8(ascii: "\n") { kept.removeLast() }
        if kept.last == UInt8(ascii: "\r") { kept.removeLast() }
        guard !kept.isEmpty else { throw .empty(name) }
        guard !kept.contains(0), let value = String(validating: kept, as: UTF8.self) else {
            throw .notText(name, source: source)
        }
        return Secret(name: name, value: value)
    }
}
