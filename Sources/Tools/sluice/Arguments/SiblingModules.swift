import FlowModel
import LinuxSystem
import SandboxPolicy

/// The files near a script that its text mentions.
///
/// A flow gives its scripts the whole folder; a script run by itself may lie in a folder that holds
/// anything, so that only what it mentions goes along: a file by its name, a folder of modules by
/// the folder's. A file that cannot be read is left out, and its import then fails in the script.
struct SiblingModules {
    private static let sizeLimit = 16 << 20
    private static let fileLimit = 256
    private static let depthLimit = 4
    /// One of these stands in every script that loads another file.
    private static let importingWords: Set<String> = [
        "import", "__import__", "import_module", "importlib", "require", "from",
    ]

    private let script: ScriptFile
    private let folder: String
    private let endings: [String]

    init(script: ScriptFile) {
        self.script = script
        let parts = script.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        folder =
            parts.isEmpty
            ? "." : parts.count == 1 && parts[0].isEmpty ? "/" : parts.joined(separator: "/")
        endings = script.language == .python ? [".py"] : [".js", ".mjs", ".json"]
    }

    /// In the order of their paths.
    func found() throws -> [ScriptModule] {
        // A folder may hold thousands of files; a script that imports nothing does not ask for them.
        guard !Mentions(script.source).words.isDisjoint(with: Self.importingWords) else {
            return []
        }
        var names = Set(try LocalFiles.list(folder))
        names.remove(script.name)
        var modules: [ScriptModule] = []
        var size = 0
        var unread = [script.source]
        while let text = unread.popLast(), !names.isEmpty {
            let mentioned = Mentions(text)
            for name in names.filter({ mentions($0, in: mentioned) }).sorted() {
                names.remove(name)
                for module in self.modules(at: name) {
                    size += module.source.count
                    guard size <= Self.sizeLimit, modules.count < Self.fileLimit else {
                        throw CommandFailure.file(
                            "the files beside '\(script.path)' that it mentions are more than "
                                + "\(Self.fileLimit), or larger than \(Self.sizeLimit) bytes together; "
                                + "put the script into a folder of its own")
                    }
                    modules.append(module)
                    unread.append(module.source)
                }
            }
        }
        return modules.sorted { $0.path < $1.path }
    }

    private func mentions(_ name: String, in text: Mentions) -> Bool {
        guard let ending = endings.first(where: { name.hasSuffix($0) }) else {
            return !name.contains(".") && text.words.contains(name)
                && ProcessSurroundings.isFolder("\(folder)/\(name)")
        }
        // A data file is wanted only where its whole name stands.
        if ending == ".json" { return text.text.contains(name) }
        return text.words.contains(String(name.dropLast(ending.count)))
    }

    /// The file at a path below the folder, or every importable file of the folder there.
    private func modules(at path: String, depth: Int = 1) -> [ScriptModule] {
        let whole = "\(folder)/\(path)"
        guard ProcessSurroundings.isFolder(whole) else {
            guard endings.contains(where: { path.hasSuffix($0) }),
                ProcessSurroundings.isOrdinaryFile(whole),
                let bytes = try? UserFiles.read(whole, limit: Self.sizeLimit)
            else { return [] }
            return [ScriptModule(path: path, source: bytes)]
        }
        guard depth <= Self.depthLimit, let names = try? UserFiles.list(whole) else { return [] }
        return names.filter { !$0.hasPrefix(".") && $0 != "__pycache__" && $0 != "node_modules" }
            .prefix(Self.fileLimit)
            .flatMap { modules(at: "\(path)/\($0)", depth: depth + 1) }
    }
}

/// A text and its runs of letters, digits, `_` and `-`.
private struct Mentions {
    let text: String
    let words: Set<String>

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        let pieces = bytes.split { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x80...: false
            default: true
            }
        }
        words = Set(pieces.map { String(decoding: $0, as: UTF8.self) })
    }
}
