import FlowModel
import HostAssembly
import SandboxPolicy

/// A script on disk with what it could import from beside it.
struct ScriptFile {
    let path: String
    let language: ScriptLanguage
    let source: [UInt8]

    /// The language is told by the ending, unless `language` says it.
    init(path: String, language: ScriptLanguage? = nil) throws {
        self.path = path
        if let language {
            self.language = language
        } else {
            guard let known = Self.language(ofFileNamed: path) else {
                throw CommandFailure.file(
                    "'\(path)' is neither .py nor .js: its ending tells the language of a script")
            }
            self.language = known
        }
        source = try LocalFiles.read(path)
    }

    /// The last part of the path: what messages call the script.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    static func language(ofFileNamed path: String) -> ScriptLanguage? {
        if path.hasSuffix(".py") { return .python }
        if path.hasSuffix(".js") || path.hasSuffix(".mjs") { return .javascript }
        return nil
    }

    /// The files beside the script that it names, and those that they name in turn.
    ///
    /// A flow gives its scripts the whole folder; a script run by itself may lie in a folder that
    /// holds anything, so that only what its text mentions goes along.
    func siblingModules() throws -> [ScriptModule] {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let endings = language == .python ? [".py"] : [".js", ".mjs", ".json"]
        var candidates: [String: String] = [:]
        for file in try LocalFiles.list(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)
        {
            guard file != name, let ending = endings.first(where: { file.hasSuffix($0) }) else {
                continue
            }
            candidates[file] = String(file.dropLast(ending.count))
        }
        var modules: [ScriptModule] = []
        var unread = [source]
        while let text = unread.popLast(), !candidates.isEmpty {
            let words = Self.words(of: text)
            for (file, stem) in candidates.sorted(by: { $0.key < $1.key })
            where words.contains(stem) {
                let bytes = try LocalFiles.read(folder.isEmpty ? file : "\(folder)/\(file)")
                modules.append(ScriptModule(path: file, source: bytes))
                unread.append(bytes)
                candidates[file] = nil
            }
        }
        return modules.sorted { $0.path < $1.path }
    }

    /// The runs of letters, digits, `_` and `-` in a text.
    private static func words(of text: [UInt8]) -> Set<String> {
        let pieces = text.split { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x80...: false
            default: true
            }
        }
        return Set(pieces.map { String(decoding: $0, as: UTF8.self) })
    }
}
