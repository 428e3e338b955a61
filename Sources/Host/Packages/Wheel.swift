internal import Cryptography
internal import LinuxSystem

/// A downloaded wheel whose list of contents was found to be harmless.
struct Wheel: Sendable, Hashable {
    let file: String
    /// In the form that all spellings share.
    let name: String
    let version: String
    let sha256: String
    let unpackedSize: Int

    init(file: String, in folder: String, sizeLimit: Int) throws {
        // NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl
        let parts = file.split(separator: "-", omittingEmptySubsequences: false)
        guard file.hasSuffix(".whl"), (5...6).contains(parts.count), !parts[0].isEmpty,
            let first = parts[1].first, first.isNumber
        else {
            throw PackageError(
                "'\(file)' is no wheel; packages that come as source only are not installed")
        }
        self.file = file
        name = RequirementsFile.normalisedName(String(parts[0]))
        version = String(parts[1]).replacing("_", with: "-")
        let bytes: [UInt8]
        do {
            bytes = try UserFiles.read("\(folder)/\(file)", limit: sizeLimit)
        } catch {
            throw PackageError("the wheel '\(file)' cannot be used: \(error.cause)")
        }
        do {
            unpackedSize = try WheelArchive(bytes).unpackedSize
        } catch {
            throw PackageError("the wheel '\(file)' is refused: \(error.message)")
        }
        sha256 = Hexadecimal.encode(Digest.sha256(bytes))
    }

    /// What the environment's record says of it.
    func described(by records: [InstallRecord]) -> EnvironmentRecord.Package {
        let own = records.first { record in
            record.folder.split(separator: "-").first.map {
                RequirementsFile.normalisedName(String($0))
            } == name
        }
        return EnvironmentRecord.Package(
            name: name, version: version, wheel: file, sha256: sha256,
            compiled: own?.compiledFiles ?? [])
    }
}
