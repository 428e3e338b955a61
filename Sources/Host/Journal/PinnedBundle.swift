package import JSONValue

/// Everything that a run is pinned to: it goes on with these bytes although the files have changed.
package struct PinnedBundle: Sendable, Hashable {
    /// Name of the flow that is run; the others are its sub-flows.
    package var entry: String
    package var flows: [PinnedFlow]
    /// What the host's configuration said that the run depends on: `vars`, grants, and the digests
    /// of profiles and packages.
    ///
    /// The engine reads `vars` of it; the rest is for who made it.
    package var settings: JSON

    package init(entry: String, flows: [PinnedFlow], settings: JSON) {
        self.entry = entry
        self.flows = flows
        self.settings = settings
    }

    package func flow(_ name: String) -> PinnedFlow? { flows.first { $0.name == name } }
}

package struct PinnedFlow: Sendable, Hashable {
    package var name: String
    /// Absolute path of its folder, for messages.
    package var folder: String
    /// `flow.yaml`, scripts and the modules beside them.
    package var files: [PinnedFile]

    package init(name: String, folder: String, files: [PinnedFile]) {
        self.name = name
        self.folder = folder
        self.files = files
    }

    package func file(_ path: String) -> PinnedFile? { files.first { $0.path == path } }
}

package struct PinnedFile: Sendable, Hashable {
    /// Relative to the flow's folder, with `/`.
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
