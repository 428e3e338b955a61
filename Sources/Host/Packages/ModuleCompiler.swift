internal import Cryptography
package import FlowModel
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy

/// Runs a script in the box; throws when the host could not.
package typealias BoxedScript = @Sendable (ScriptWork) async throws -> StepReport

/// Compiles the modules of an environment ahead, so that a run does not have to.
///
/// SECURITY: in the box, like everything that reads what strangers wrote; the host only stores bytes that
/// nothing but a script process will ever load. What does not compile is left as it is.
struct ModuleCompiler {
    let environment: PackageEnvironment
    let run: BoxedScript

    /// Source of one script's work; several small files go together.
    private static let batchBytes = 384 << 10

    func compile(_ tree: InstalledTree) async throws {
        let modules = tree.files.filter { $0.path.hasSuffix(".py") && $0.size < 2 << 20 }
        for batch in Self.batches(of: modules) {
            let report = try await run(script(Self.source, ["files": .array(batch.map(\.json))]))
            guard case .returned(let value) = report.outcome, let compiled = value.objectValue
            else {
                continue
            }
            let wanted = Set(batch.map(\.path))
            for (path, text) in compiled where wanted.contains(path) {
                guard let bytes = text.stringValue.flatMap({ Base64.decode($0) }) else { continue }
                try store(bytes, for: path)
            }
        }
    }

    /// Names and versions as Python itself finds them in the box.
    func visiblePackages() async throws -> [String: String]? {
        let report = try await run(script(Self.listing, [:]))
        guard case .returned(let value) = report.outcome, let found = value.objectValue else {
            return nil
        }
        return found.reduce(into: [:]) { all, pair in all[pair.key] = pair.value.stringValue }
    }

    private func script(_ source: String, _ input: JSON) -> ScriptWork {
        ScriptWork(
            language: .python, fileName: "packages.py", source: Array(source.utf8),
            profile: ProfileName("pure"), input: input, packages: environment)
    }

    private static func batches(of modules: [FolderTree.Entry]) -> [[FolderTree.Entry]] {
        var batches: [[FolderTree.Entry]] = []
        var bytes = 0
        for module in modules {
            if batches.isEmpty || bytes + module.size > batchBytes {
                batches.append([])
                bytes = 0
            }
            batches[batches.count - 1].append(module)
            bytes += module.size
        }
        return batches
    }

    /// `a/b.py` has its code in `a/__pycache__/b.cpython-311.pyc`.
    private func store(_ bytes: [UInt8], for path: String) throws {
        let parts = path.split(separator: "/")
        guard let name = parts.last?.dropLast(3) else { return }
        let folder = ([environment.folder] + parts.dropLast().map(String.init) + ["__pycache__"])
            .joined(separator: "/")
        try UserFiles.makePrivateFolder(folder)
        try FolderTree.write(bytes, to: "\(folder)/\(name).cpython-311.pyc")
    }

    /// Marked as not to be compared with its source (PEP 552): both never change.
    private static let source = """
        import base64, importlib.util, marshal
        def main(files):
            found = {}
            for path in files:
                place = "/packages/" + path
                try:
                    with open(place, "rb") as file:
                        source = file.read()
                    code = compile(source, place, "exec", dont_inherit=True)
                    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little")
                    whole = head + importlib.util.source_hash(source) + marshal.dumps(code)
                    found[path] = base64.b64encode(whole).decode()
                except Exception:
                    continue
            return found
        """

    private static let listing = """
        import importlib.metadata
        def main():
            found = importlib.metadata.distributions(path=["/packages"])
            return {one.metadata["Name"]: one.version for one in found}
        """
}

extension FolderTree.Entry {
    fileprivate var json: JSON { .string(path) }
}
