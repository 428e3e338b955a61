import FlowModel
import HostAssembly
import JSONValue

/// `sluice exec`: one script, exactly as a flow would run it.
struct ExecCommand: Command {
    let name = "exec"
    let summary = "Run one script in the sandbox"
    let forms = ["SCRIPT [options]", "--batch FILE|- [options]"]
    let options =
        ScriptCall.options + [
            Option("batch", "FILE|-", "JSON Lines, one script each; answers in the same order")
        ]
    let notes = """
        A Python script has `def main(a, b): …` and gets the input's members by name; a JavaScript
        script has `function main({a, b}) {…}`. What main returns is printed as JSON; what the script
        prints goes to standard error.

        Under a profile with a network a script reaches what --allow-host names and nothing else. A name
        must stand for public addresses; another address has to be written out, as in
        --allow-host 127.0.0.1:8080, or be allowed by 'egress' in the configuration.

        A batch line: {"id", "file" or "script", "language", "style", "mode", "input", "context",
        "profile", "runtime", "packages", "timeout", "hosts"}; each answer is the object of --json with
        the same id.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        if let batch = try arguments.value("batch") {
            _ = try arguments.exactly([])
            return try await ExecBatch(source: batch, arguments: arguments).run()
        }
        let path = try arguments.exactly(["SCRIPT"])[0]
        let call = try await ScriptCall(script: path, arguments, tenant: "local")
        let report = try await call.sandbox.run(call.request)
        await call.sandbox.stop()
        if arguments.has("json") {
            try Answer.write(Terminal.harmlessJSON(report.json.text))
        } else {
            try ReportText.print(report, script: path)
        }
        if case .returned = report.outcome { return .done }
        return .failed
    }
}
