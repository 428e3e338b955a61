import HostAPI
import HostAssembly
import JSONValue
import Journal
import LinuxSystem

/// `sluice keys`: who may ask the API for what.
struct KeysCommand: Command {
    let name = "keys"
    let summary = "Make, list or revoke keys for the API"
    let forms = [
        "create --scope SCOPE [--flow NAME] [--name NAME] [--data DIR]",
        "list [--json] [--data DIR]",
        "revoke KEY-ID [--data DIR]",
    ]
    let options = [
        Option("scope", "SCOPE", "sandbox, workflow, run, read, approve or admin"),
        Option("flow", "NAME", "good for this flow alone"),
        Option("name", "NAME", "whose it is: an approval's `who` says key:NAME"),
        Option("data", "DIR", "the data folder (default ./.sluice)"),
        Option("json", nil, "print JSON"),
    ]
    let notes = """
        `create` prints the key alone, this once: it is kept nowhere. A key is sent as
        `Authorization: Bearer KEY`. `run` and `approve` may also read; `admin` may everything. A
        running host knows at once of a new key and of a revoked one.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let store = try DataFolder(try arguments.value("data") ?? "./.sluice").keyStore()
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds).description
        switch arguments.positional.first {
        case "create":
            _ = try arguments.exactly(["create"])
            guard let scope = try arguments.choice("scope", of: APIScope.self) else {
                let known = APIScope.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError(message: "--scope is needed, one of \(known)")
            }
            let flow = try arguments.value("flow")
            if scope.isForAllFlows, flow != nil {
                throw UsageError(message: "a key of scope '\(scope.rawValue)' is not for one flow")
            }
            let key: String
            do {
                key = try store.create(
                    scope: scope, flow: flow, name: try arguments.value("name"),
                    by: ApprovalDecision.commandLine, at: now)
            } catch let error as KeyError {
                throw UsageError(message: error.description)
            }
            try Answer.write(key)
        case nil, "list":
            let keys = try store.list()
            if arguments.has("json") {
                try Answer.write(JSON.array(keys.map(\.json)).text)
            } else {
                for key in keys {
                    let end = key.revokedAt.map { "  revoked \($0)" } ?? ""
                    let name = key.name.map { "  \($0)" } ?? ""
                    let flow = key.flow.map { "  flow \($0)" } ?? ""
                    StandardStream.output.write(
                        Terminal.harmlessLines(
                            "\(key.id)  \(key.scope.rawValue)\(name)\(flow)  made \(key.createdAt)\(end)\n"
                        ))
                }
            }
        case "revoke":
            let id = try arguments.exactly(["revoke", "KEY-ID"])[1]
            guard try store.revoke(id, by: ApprovalDecision.commandLine, at: now) != nil else {
                throw CommandFailure.file("there is no key '\(id)'; 'sluice keys' lists them")
            }
            StandardStream.error.write("key '\(id)' is revoked\n")
        case let word?:
            throw UsageError(message: "unknown word '\(word)'; it can be create, list or revoke")
        }
        return .done
    }
}
