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
    func siblingModules() throws -> [ScriptModule] {
        try SiblingModules(script: self).found()
    }
}
