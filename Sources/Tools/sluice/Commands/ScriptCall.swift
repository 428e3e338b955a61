import FlowModel
import HostAssembly
import JSONValue
import Packages
import SandboxPolicy
import SandboxSupervisor

/// One script with all that the words of a command ask for, and the sandbox it is for.
///
/// `sluice exec` and `sluice explain --script` take the same options and so run the same thing.
struct ScriptCall {
    static let options = [
        Option("input", "JSON|@FILE|-", "the input object (default {}); - reads standard input"),
        Option("profile", "NAME", "what the script may do (default pure, or node if it needs it)"),
        Option("runtime", "NAME", "for JavaScript: auto (default), embedded, or node"),
        Option("timeout", "TIME", "stop it earlier than the profile does: 500ms, 5s, 2min"),
        Option(
            "style", "STYLE",
            "plain (main is called), n8n (the body of a Code node) or program (runs as it is)"),
        Option("mode", "MODE", "for n8n: runOnceForAllItems or runOnceForEachItem"),
        Option("context", "JSON|@FILE", "for n8n: {items, nodes: {NAME: items}}"),
        Option("allow-host", "HOST:PORT", "a host that profile fetch may reach; may be repeated"),
        Option(
            "config", "FILE", "the host's configuration (default ./sluice.yaml, where there is one)"
        ),
        Option("packages", "NAME", "installed packages that a Python script can import"),
        Option("data", "DIR", "the data folder with these packages (default ./.sluice)"),
        Option("allow-degraded", nil, "run although a required layer is missing, and say so"),
        Option("json", nil, "print the whole outcome as one JSON object"),
    ]

    let request: ScriptRequest
    let sandbox: Sandbox
    /// Held to the end: what a running script uses is not removed.
    private let shelf: PackageShelf

    init(script path: String, _ arguments: ParsedArguments, tenant: String) async throws {
        let script = try ScriptFile(path: path)
        shelf = try PackageShelf(arguments)
        var request = try Self.request(for: script, arguments, tenant: tenant)
        request.work.packages = try arguments.value("packages").map(shelf.current)
        sandbox = try await Sandbox.open(
            configuration: try arguments.value("config"),
            allowDegraded: arguments.has("allow-degraded")
        ) { $0.expectsFewRuns = true }
        request.work = try Self.settled(request.work, in: sandbox, arguments)
        if let problem = sandbox.problem(with: request) {
            throw CommandFailure.file(
                request.work.packages == nil ? "--profile: \(problem)" : "--packages: \(problem)")
        }
        self.request = request
    }

    /// The work with the profile and the engine that are named, or that the script needs.
    private static func settled(
        _ work: ScriptWork, in sandbox: Sandbox, _ arguments: ParsedArguments
    ) throws -> ScriptWork {
        do {
            return try sandbox.settled(
                work, runtime: try arguments.choice("runtime", of: ScriptRuntime.self),
                profile: try arguments.value("profile").map(ProfileName.init))
        } catch let conflict as RuntimeConflict {
            throw UsageError(message: "\(conflict.message); \(conflict.hint)")
        }
    }

    private static func request(
        for script: ScriptFile, _ arguments: ParsedArguments, tenant: String
    ) throws -> ScriptRequest {
        let style = try arguments.choice("style", of: ScriptStyle.self) ?? .plain
        let mode = try arguments.choice("mode", of: ItemMode.self) ?? .runOnceForAllItems
        let work = ScriptWork(
            language: script.language, fileName: script.name, source: script.source,
            modules: try script.siblingModules(), style: style, mode: mode,
            profile: RuntimeQuestion.embeddedProfile,
            input: try JSONArgument.object(try arguments.value("input"), option: "--input"),
            context: try arguments.value("context").flatMap {
                try ItemContext.checked(
                    try JSONArgument.value($0, option: "--context"), name: "--context")
            },
            network: try NetworkHosts.checked(
                arguments.all("allow-host"), option: "--allow-host"))
        return ScriptRequest(
            work: work, tenant: tenant,
            timeout: try arguments.value("timeout").map { text throws(UsageError) in
                try TimeArgument.duration(text, option: "--timeout")
            }, trustsWrittenAddresses: true)
    }
}

extension PackageShelf {
    /// The packages of the data folder that `--data` names.
    convenience init(_ arguments: ParsedArguments) throws(UsageError) {
        let data = DataFolder(try arguments.value("data") ?? "./.sluice")
        self.init(PackageStore(dataFolder: data.path))
    }
}

extension ParsedArguments {
    /// The value of an option that takes one of an enumeration's words.
    func choice<Words: RawRepresentable & CaseIterable>(
        _ name: String, of words: Words.Type
    ) throws(UsageError) -> Words? where Words.RawValue == String {
        guard let text = try value(name) else { return nil }
        guard let word = Words(rawValue: text) else {
            let known = Words.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(message: "--\(name) is '\(text)'; it can be \(known)")
        }
        return word
    }
}
