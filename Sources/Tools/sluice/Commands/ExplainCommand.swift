import HostAssembly
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor

/// `sluice explain`: a profile in words, or what a script would need.
struct ExplainCommand: Command {
    let name = "explain"
    let summary = "Say what a profile allows and why, or what a script would need"
    let forms = ["PROFILE", "--script FILE [options]", "--table"]
    let options =
        [
            Option(
                "script", "FILE",
                "run this script, refuse what its profile refuses, and list it all"),
            Option(
                "table", nil, "all profiles as the Markdown table of sandbox-profiles/README.md"),
        ]
        + ScriptCall.options.map {
            Option($0.name, $0.placeholder, "for --script: \($0.summary)", letter: $0.letter)
        }
    let notes = """
        With --script nothing is allowed that is refused otherwise: the script runs as in `sluice exec`,
        goes on after a call that it would be killed for, and every refused call is recorded. What is
        printed is a profile with the reasons left to fill in, what each entry would give away, and what
        no profile can give.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        if let path = try arguments.value("script") {
            _ = try arguments.exactly([])
            return try await explain(script: path, arguments)
        }
        let folder = try ProfileFolder.locate(from: ProcessSurroundings.executablePath)
        let profiles: ProfileCatalogue
        do {
            profiles = try ProfileFolder.load(folder)
        } catch let error as PolicyError {
            throw CommandFailure.file("\(error)")
        }
        if arguments.has("table") {
            _ = try arguments.exactly([])
            StandardStream.output.write(ProfileTable.markdown(of: profiles))
            return .done
        }
        let name = ProfileName(try arguments.exactly(["PROFILE"])[0])
        guard let text = ProfileExplanation.text(profiles, name) else {
            throw CommandFailure.file(profiles.unknownProfileMessage(name))
        }
        StandardStream.output.write(text)
        return .done
    }

    private func explain(script path: String, _ arguments: ParsedArguments) async throws
        -> ExitStatus
    {
        let call = try await ScriptCall(script: path, arguments, tenant: "explain")
        let examination = try await call.sandbox.examine(call.request)
        await call.sandbox.stop()
        let text =
            arguments.has("json")
            ? NeedsJSON.object(of: examination).text
            : NeedsText.text(of: examination)
        try Answer.write(
            arguments.has("json") ? Terminal.harmlessJSON(text) : Terminal.harmlessLines(text))
        return .done
    }
}
