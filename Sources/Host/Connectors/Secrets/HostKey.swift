internal import Cryptography
internal import LinuxSystem

/// The host's own key: 32 random bytes in `DATA/host.key`, made at the first start.
///
/// Marks depend on it. Whoever loses it posts again what was posted before, so it belongs into the
/// backup of the journal.
package struct HostKey: Sendable {
    package let bytes: [UInt8]

    package static func load(dataFolder: String) throws(SecretError) -> HostKey {
        do {
            if let key = try read(dataFolder) { return key }
            _ = try PrivateFiles.create(Randomness.bytes(32), as: "host.key", in: dataFolder)
        } catch let error as PrivateFileError {
            throw .file(error.description)
        } catch let error as SecretError {
            throw error
        } catch {
            throw .file("\(error)")
        }
        // Another process may have made it between the two; whoever was first counts.
        return try load(dataFolder: dataFolder)
    }

    /// See `Mark.make`.
    package func mark(flow: String, node: String, itemKey: String?, once: String) -> String {
        Mark.make(key: bytes, flow: flow, node: node, itemKey: itemKey, once: once)
    }

    private static func read(_ folder: String) throws -> HostKey? {
        let path = folder + "/host.key"
        guard let bytes = try PrivateFiles.read(path, limit: 32) else { return nil }
        guard bytes.count == 32 else {
            throw SecretError.file(
                "cannot use '\(path)': it must hold 32 bytes, not \(bytes.count); restore it from a "
                    + "backup, or remove it and accept that comments may be posted a second time")
        }
        return HostKey(bytes: bytes)
    }
}
