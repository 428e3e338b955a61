internal import Cryptography
internal import LinuxSystem

/// The keys that seal what must not stand in the journal in clear; the newest seals, all open.
///
/// They live outside the data folder, so that whoever gets a copy of that has no key.
package struct SealKeys: Sendable {
    private let keys: [SealingKey]

    /// The keys of this host; nil when there are none.
    ///
    /// The first of these that is there: the file that the configuration names, and
    /// `$CREDENTIALS_DIRECTORY/seal-key`.
    ///
    /// A file holds one key a line, the newest first, each 64 hexadecimal digits or 32 bytes in base64;
    /// lines that begin with `#` are for people.
    package static func load(
        file: String?, dataFolder: String,
        environment: (String) -> String? = { ProcessSurroundings.environment($0) }
    ) throws(SecretError) -> SealKeys? {
        if let file {
            guard !ProcessSurroundings.absolute(file).hasPrefix(dataFolder + "/") else {
                throw .file(
                    "cannot use the seal key '\(file)': it stands in the data folder, and who has a "
                        + "copy of that has the key too; put it somewhere else")
            }
            guard let keys = try read(file) else {
                throw .file(
                    "cannot read the seal key '\(file)': there is no such file; make one with "
                        + "'openssl rand -hex 32', readable by its owner alone")
            }
            return keys
        }
        guard let folder = environment("CREDENTIALS_DIRECTORY"), !folder.isEmpty else { return nil }
        return try read(folder + "/seal-key")
    }

    private static func read(_ path: String) throws(SecretError) -> SealKeys? {
        let bytes: [UInt8]?
        do {
            bytes = try PrivateFiles.read(path, limit: 16 << 10)
        } catch {
            throw .file(error.description)
        }
        guard let bytes else { return nil }
        var keys: [SealingKey] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self).filter { $0 != " " && $0 != "\r" }
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let key = Hexadecimal.decode(text) ?? Base64.decode(text),
                let sealing = try? SealingKey(key)
            else {
                throw .file(
                    "cannot use the seal key in line \(number + 1) of '\(path)': a key is 64 "
                        + "hexadecimal digits or 32 bytes in base64; make one with "
                        + "'openssl rand -hex 32'")
            }
            keys.append(sealing)
        }
        guard !keys.isEmpty else {
            throw .file(
                "cannot use the seal key '\(path)': it holds none; make one with "
                    + "'openssl rand -hex 32'")
        }
        return SealKeys(keys: keys)
    }

    /// - Parameter context: what the bytes are for; they open for the same alone.
    package func seal(_ bytes: [UInt8], for context: String) throws(SecretError) -> [UInt8] {
        do {
            return try keys[0].seal(bytes, context: Array(context.utf8))
        } catch {
            throw .file(error.description)
        }
    }

    package func open(_ envelope: [UInt8], for context: String) throws(SecretError) -> [UInt8] {
        for key in keys {
            do throws(SealingError) {
                return try key.open(envelope, context: Array(context.utf8))
            } catch {
                if case .otherKey = error { continue }
                throw .file(error.description)
            }
        }
        throw .file(
            "cannot open a sealed value: none of this host's seal keys sealed it; put the key that did "
                + "back behind the others")
    }
}
