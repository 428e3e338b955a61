import HostAssembly
import JSONValue
import LinuxSystem
import SandboxSupervisor

/// `sluice doctor`: real probes of this machine.
struct DoctorCommand: Command {
    let name = "doctor"
    let summary = "Probe what this machine can enforce, and say what is missing"
    let forms = ["[--json]"]
    let options = [Option("json", nil, "print the report as one JSON object")]
    let notes = """
        Exit status 0 when every layer that a profile requires is enforced, 1 when scripts would be
        refused, or run with less than their profile asks for. That Node.js is not installed, or is too
        old for the profile `node`, is said and is no failure; that API_KEY is a key which everybody
        knows, too.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        _ = try arguments.exactly([])
        let report = try await Sandbox.examine()
        let warning = try Host.keyWarning()
        if arguments.has("json") {
            var object = report.json.objectValue ?? JSONObject()
            object["key"] = warning.map(JSON.string) ?? .null
            StandardStream.output.write(JSON.object(object).text + "\n")
        } else {
            StandardStream.output.write(report.text + (warning.map { "\nkey: \($0)\n" } ?? ""))
        }
        return report.isReady ? .done : .failed
    }
}
