import FlowModel
import HostAssembly
import JSONValue
import LinuxSystem
import Packages
import SandboxPolicy
import SandboxSupervisor

/// One line: `{id, file or script, language, style, mode, input, context, profile, timeout, hosts}`.
struct BatchLine: Sendable {
    let number: Int
    private let object: Result<JSONObject, UsageError>

    init(number: Int, text: [UInt8]) {
        self.number = number
        do {
            let value = try JSON.parse(text)
            if let object = value.objectValue {
                self.object = .success(object)
            } else {
                self.object = .failure(
                    UsageError(message: "line \(number): expected an object, found \(value.kind)"))
            }
        } catch {
            object = .failure(UsageError(message: "line \(number): \(error)"))
        }
    }

    /// The line's own id, else its number.
    var id: JSON {
        guard case .success(let object) = object, let id = object["id"] else {
            return .integer(Int64(number))
        }
        return id
    }

    private static let keys: Set<String> = [
        "id", "file", "script", "language", "style", "mode", "input", "context", "profile",
        "runtime", "packages", "timeout", "hosts",
    ]

    func request(
        defaults: BatchDefaults, _ sandbox: Sandbox
    ) -> Result<ScriptRequest, UsageError> {
        do {
            return .success(try read(defaults: defaults, sandbox))
        } catch let error as UsageError {
            return .failure(
                UsageError(
                    message: error.message.hasPrefix("line ")
                        ? error.message : "line \(number): \(error.message)"))
        } catch {
            return .failure(UsageError(message: "line \(number): \(error)"))
        }
    }

    private func read(defaults: BatchDefaults, _ sandbox: Sandbox) throws -> ScriptRequest {
        let object = try object.get()
        if let unknown = object.keys.first(where: { !Self.keys.contains($0) }) {
            throw UsageError(message: "unknown key '\(unknown)'")
        }
        let language = try word("language", in: object, of: ScriptLanguage.self)
        let script = try source(in: object, language: language)
        let input = object["input"] ?? .object(JSONObject())
        let style = try word("style", in: object, of: ScriptStyle.self) ?? .plain
        guard style == .n8n || input.objectValue != nil else {
            throw UsageError(
                message: "'input' is \(input.kind); the input of a script is an object")
        }
        let work = ScriptWork(
            language: script.language, fileName: script.name, source: script.source,
            modules: script.modules, style: style,
            mode: try word("mode", in: object, of: ItemMode.self) ?? .runOnceForAllItems,
            profile: RuntimeQuestion.embeddedProfile,
            input: input, context: try ItemContext.checked(object["context"], name: "'context'"),
            packages: try packages(in: object, for: script.language, defaults),
            network: try hosts(in: object) ?? defaults.hosts)
        let timeout = try timeout(in: object) ?? defaults.timeout
        let runtime = try word("runtime", in: object, of: ScriptRuntime.self)
        let settled: ScriptWork
        do {
            settled = try sandbox.settled(
                work,
                runtime: runtime ?? (script.language == .javascript ? defaults.runtime : nil),
                profile: try text("profile", in: object).map(ProfileName.init) ?? defaults.profile)
        } catch let conflict as RuntimeConflict {
            throw UsageError(message: "\(conflict.message); \(conflict.hint)")
        }
        return ScriptRequest(
            work: settled, tenant: "local", timeout: timeout, trustsWrittenAddresses: true)
    }

    private func packages(
        in object: JSONObject, for language: ScriptLanguage, _ defaults: BatchDefaults
    ) throws -> PackageEnvironment? {
        let named = try text("packages", in: object)
        let name = named ?? (language == .python ? defaults.packages : nil)
        do {
            return try name.map(defaults.shelf.current)
        } catch {
            throw UsageError(message: error.description)
        }
    }

    /// A text such as `500ms`, or a number of seconds.
    private func timeout(in object: JSONObject) throws(UsageError) -> Duration? {
        switch object["timeout"] {
        case nil, .null: return nil
        case .integer(let seconds):
            return try TimeArgument.duration("\(seconds)s", option: "timeout")
        case .double(let seconds):
            return try TimeArgument.duration("\(seconds)s", option: "timeout")
        default:
            let text = try text("timeout", in: object) ?? ""
            return try TimeArgument.duration(text, option: "timeout")
        }
    }

    private func hosts(in object: JSONObject) throws(UsageError) -> [String]? {
        guard let value = object["hosts"], !value.isNull else { return nil }
        guard let elements = value.arrayValue else {
            throw UsageError(message: "'hosts' is \(value.kind); it is a list of HOST:PORT")
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.stringValue else {
                throw UsageError(
                    message: "'hosts' holds \(element.kind); it is a list of HOST:PORT")
            }
            texts.append(text)
        }
        return try NetworkHosts.checked(texts, option: "'hosts'")
    }

    private struct Source {
        let language: ScriptLanguage
        let name: String
        let source: [UInt8]
        let modules: [ScriptModule]
    }

    private func source(in object: JSONObject, language: ScriptLanguage?) throws -> Source {
        switch (try text("file", in: object), try text("script", in: object)) {
        case (let path?, nil):
            let file = try ScriptFile(path: path, language: language)
            return Source(
                language: file.language, name: file.name, source: file.source,
                modules: try file.siblingModules())
        case (nil, let script?):
            guard let language else {
                throw UsageError(message: "'script' needs 'language': python or javascript")
            }
            let name = language == .python ? "script.py" : "script.js"
            return Source(language: language, name: name, source: Array(script.utf8), modules: [])
        default:
            throw UsageError(message: "needs 'file' or 'script', and only one of them")
        }
    }

    private func text(_ key: String, in object: JSONObject) throws(UsageError) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw UsageError(message: "'\(key)' is \(value.kind); it is a string")
        }
        return text
    }

    private func word<Words: RawRepresentable & CaseIterable>(
        _ key: String, in object: JSONObject, of words: Words.Type
    ) throws(UsageError) -> Words? where Words.RawValue == String {
        guard let text = try text(key, in: object) else { return nil }
        guard let word = Words(rawValue: text) else {
            let known = Words.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(message: "'\(key)' is '\(text)'; it can be \(known)")
        }
        return word
    }
}
