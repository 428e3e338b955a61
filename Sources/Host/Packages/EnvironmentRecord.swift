internal import JSONValue

/// What is in an installed environment: `environment.json` beside its folder of modules.
package struct EnvironmentRecord: Sendable, Hashable {
    package struct Package: Sendable, Hashable {
        package let name: String
        package let version: String
        /// The wheel's file name, which says for which systems it is.
        package let wheel: String
        /// Hexadecimal, of the wheel.
        package let sha256: String
        /// Machine code in it, which not every profile loads.
        package let compiled: [String]
    }

    /// Hexadecimal SHA-256 of the wheels and the Python they are for: what a run is pinned to.
    package let digest: String
    package let python: String
    /// As the requirements file had them.
    package let requirements: [String]
    /// In the order of their names.
    package let packages: [Package]
    package let bytes: Int
    package let files: Int
    /// Hexadecimal SHA-256 of all files as they were installed.
    package let tree: String
    /// Milliseconds since 1970.
    package let installedAt: Int64

    static let fileName = "environment.json"

    var json: JSON {
        [
            "format": 1, "digest": .string(digest), "python": .string(python),
            "requirements": .array(requirements.map { .string($0) }),
            "packages": .array(packages.map(\.json)), "bytes": .integer(Int64(bytes)),
            "files": .integer(Int64(files)), "tree": .string(tree),
            "installed_at": .integer(installedAt),
        ]
    }

    /// Nil for anything that this program did not write.
    init?(_ json: JSON) {
        guard json["format"]?.integerValue == 1, let digest = json["digest"]?.stringValue,
            let python = json["python"]?.stringValue, let tree = json["tree"]?.stringValue,
            let requirements = json["requirements"]?.arrayValue,
            let packages = json["packages"]?.arrayValue,
            let bytes = json["bytes"]?.integerValue.flatMap({ Int(exactly: $0) }),
            let files = json["files"]?.integerValue.flatMap({ Int(exactly: $0) }),
            let installedAt = json["installed_at"]?.integerValue
        else { return nil }
        self.init(
            digest: digest, python: python, requirements: requirements.compactMap(\.stringValue),
            packages: packages.compactMap(Package.init), bytes: bytes, files: files, tree: tree,
            installedAt: installedAt)
    }

    init(
        digest: String, python: String, requirements: [String], packages: [Package], bytes: Int,
        files: Int, tree: String, installedAt: Int64
    ) {
        self.digest = digest
        self.python = python
        self.requirements = requirements
        self.packages = packages
        self.bytes = bytes
        self.files = files
        self.tree = tree
        self.installedAt = installedAt
    }

    package var compiledPackages: [String] {
        packages.filter { !$0.compiled.isEmpty }.map(\.name)
    }
}

extension EnvironmentRecord.Package {
    var json: JSON {
        [
            "name": .string(name), "version": .string(version), "wheel": .string(wheel),
            "sha256": .string(sha256), "compiled": .array(compiled.map { .string($0) }),
        ]
    }

    init?(_ json: JSON) {
        guard let name = json["name"]?.stringValue, let version = json["version"]?.stringValue,
            let wheel = json["wheel"]?.stringValue, let sha256 = json["sha256"]?.stringValue,
            let compiled = json["compiled"]?.arrayValue
        else { return nil }
        self.init(
            name: name, version: version, wheel: wheel, sha256: sha256,
            compiled: compiled.compactMap(\.stringValue))
    }
}
