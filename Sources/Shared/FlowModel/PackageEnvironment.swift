/// A set of installed packages that a script can import, pinned by what is in it.
package struct PackageEnvironment: Sendable, Hashable {
    /// As flows and grants call it.
    package let name: String
    /// Hexadecimal SHA-256 of its content: another content is another environment.
    package let digest: String
    /// Absolute path of the folder whose modules scripts see; comes from the host's own store, never
    /// from a flow.
    package let folder: String

    package init(name: String, digest: String, folder: String) {
        self.name = name
        self.digest = digest
        self.folder = folder
    }
}

extension PackageEnvironment {
    /// Why `name` is no name for an environment; nil when it is one.
    package static func fault(ofName name: String) -> String? { NameRule.flow.fault(of: name) }
}
