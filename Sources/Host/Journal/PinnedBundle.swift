package import FlowModel
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

    /// The files that a flow was read with, as they are pinned.
    package init(name: String, folder: String, contents: FlowBundle) {
        let flow = PinnedFile(path: Self.flowFile, bytes: contents.flow)
        self.init(
            name: name, folder: folder,
            files: [flow] + contents.files.map { PinnedFile(path: $0.path, bytes: $0.bytes) })
    }

    /// The files as scripts import them.
    package var contents: FlowBundle {
        FlowBundle(
            flow: file(Self.flowFile)?.bytes ?? [],
            files: files.filter { $0.path != Self.flowFile }
                .map { FlowBundle.File(path: $0.path, bytes: $0.bytes) }, profiles: [])
    }

    private static let flowFile = "flow.yaml"

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
