package import SandboxPolicy

/// The content that a run is pinned to: the flow file, its scripts with their siblings, and the
/// names of its profiles.
///
/// A run that is resumed uses the bytes it began with, or finds that they have changed.
package struct FlowBundle: Sendable, Hashable {
    package struct File: Sendable, Hashable {
        /// Relative to the flow's folder.
        package let path: String
        package let bytes: [UInt8]
        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// `flow.yaml`.
    package let flow: [UInt8]
    /// Scripts and what they can import, in the order of their paths' bytes.
    package let files: [File]
    /// In the order of their names.
    package let profiles: [ProfileName]

    package init(flow: [UInt8], files: [File], profiles: [ProfileName]) {
        self.flow = flow
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.profiles = profiles.sorted {
            $0.text.utf8.lexicographicallyPrecedes($1.text.utf8)
        }
    }

    package func bytes(of path: String) -> [UInt8]? { files.first { $0.path == path }?.bytes }

    /// What a script may import: every other file of its language in the flow's folder.
    package func modules(for script: ScriptNode) -> [ScriptModule] {
        files.filter { $0.path != script.path && script.language.canImport($0.path) }
            .map { ScriptModule(path: $0.path, source: $0.bytes) }
    }
}

extension FlowBundle {
    private static let head = Array("sluice-bundle 1\n".utf8)

    /// The same content always has the same bytes, and other content other bytes.
    ///
    /// Each part is its kind, the length of its name and bytes, then both: no part can pass for
    /// two, whatever is in it.
    package var canonicalBytes: [UInt8] {
        var bytes = Self.head
        bytes += Self.part("flow", "", flow)
        for file in files { bytes += Self.part("file", file.path, file.bytes) }
        for profile in profiles { bytes += Self.part("profile", profile.text, []) }
        return bytes
    }

    private static func part(_ kind: String, _ name: String, _ bytes: [UInt8]) -> [UInt8] {
        Array("\(kind) \(name.utf8.count) \(bytes.count)\n\(name)".utf8) + bytes
    }

    /// Reads what `canonicalBytes` wrote; nil for anything else.
    package init?(canonicalBytes: [UInt8]) {
        guard canonicalBytes.starts(with: Self.head) else { return nil }
        var rest = canonicalBytes[Self.head.count...]
        var flow: [UInt8]?
        var files: [File] = []
        var profiles: [ProfileName] = []
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            guard words.count == 3, let nameLength = Int(words[1]), let length = Int(words[2]),
                nameLength >= 0, length >= 0,
                nameLength <= rest.count, length <= rest.count,
                rest.endIndex - (end + 1) >= nameLength + length
            else { return nil }
            let start = end + 1
            let name = String(decoding: rest[start..<(start + nameLength)], as: UTF8.self)
            let bytes = Array(rest[(start + nameLength)..<(start + nameLength + length)])
            switch words[0] {
            case "flow" where flow == nil: flow = bytes
            case "file": files.append(File(path: name, bytes: bytes))
            case "profile": profiles.append(ProfileName(name))
            default: return nil
            }
            rest = rest[(start + nameLength + length)...]
        }
        guard let flow else { return nil }
        self.init(flow: flow, files: files, profiles: profiles)
    }
}

extension Flow {
    private static let fileLimit = 256
    private static let sizeLimit = 16 << 20

    /// Reads everything that a run of this flow is pinned to.
    ///
    /// Files below `tests/`, hidden files and what no script of the flow can import are left out.
    package func bundle(
        _ bytes: [UInt8], files: any FlowFiles
    ) throws(FlowBundleError) -> FlowBundle {
        let scripts = scriptNodes
        let languages = Set(scripts.map(\.language))
        var wanted = Set(scripts.map(\.path))
        if !scripts.isEmpty {
            do {
                for path in try files.paths() where Self.isImportable(path, languages) {
                    wanted.insert(path)
                }
            } catch {
                throw FlowBundleError(path: files.folder, cause: "\(error)")
            }
        }
        guard wanted.count <= Self.fileLimit else {
            throw FlowBundleError(
                path: files.folder,
                cause: "it has \(wanted.count) files that scripts could import; "
                    + "the most is \(Self.fileLimit)")
        }
        var contents: [FlowBundle.File] = []
        var size = 0
        for path in wanted.sorted() {
            do {
                contents.append(FlowBundle.File(path: path, bytes: try files.read(path)))
            } catch {
                throw FlowBundleError(path: path, cause: "\(error)")
            }
            size += contents[contents.count - 1].bytes.count
            guard size <= Self.sizeLimit else {
                throw FlowBundleError(
                    path: path, cause: "the flow's files are larger than \(Self.sizeLimit) bytes")
            }
        }
        let profiles = Set(scripts.map(\.profile))
        return FlowBundle(flow: bytes, files: contents, profiles: Array(profiles))
    }

    /// The scripts of nodes and of tools.
    package var scriptNodes: [ScriptNode] {
        nodes.flatMap { node -> [ScriptNode] in
            switch node.work {
            case .script(let script): [script]
            case .operation(let operation):
                operation.tools.compactMap { tool in
                    if case .script(let script) = tool.work { return script }
                    return nil
                }
            default: []
            }
        }
    }

    private static func isImportable(_ path: String, _ languages: Set<ScriptLanguage>) -> Bool {
        let parts = path.split(separator: "/")
        guard parts.first != "tests", !parts.contains(where: { $0.hasPrefix(".") }) else {
            return false
        }
        return languages.contains { $0.canImport(path) }
    }
}

/// A flow's files cannot be read for a run.
package struct FlowBundleError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let cause: String
    package var description: String { "cannot read '\(path)' for a run: \(cause)" }
}

extension ScriptLanguage {
    fileprivate func canImport(_ path: String) -> Bool {
        switch self {
        case .python: path.hasSuffix(".py")
        case .javascript: [".js", ".mjs", ".json"].contains { path.hasSuffix($0) }
        }
    }
}

/// A bundle's files in the place of the flow's folder, to read a pinned flow again.
package struct BundledFiles: FlowFiles {
    package let bundle: FlowBundle
    package let folder: String

    package init(_ bundle: FlowBundle, folder: String) {
        self.bundle = bundle
        self.folder = folder
    }

    package func paths() throws(FlowFileError) -> [String] { bundle.files.map(\.path) }

    package func read(_ path: String) throws(FlowFileError) -> [UInt8] {
        guard let bytes = bundle.bytes(of: path) else { throw .missing }
        return bytes
    }
}
