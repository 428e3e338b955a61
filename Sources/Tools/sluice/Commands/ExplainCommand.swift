import HostAssembly
import LinuxSystem
import SandboxPolicy

/// `sluice explain`: a profile in words.
struct ExplainCommand: Command {
    let name = "explain"
    let summary = "Say in words what a profile allows, and why"
    let forms = ["PROFILE", "--table"]
    let options = [
        Option("table", nil, "all profiles as the Markdown table of sandbox-profiles/README.md")
    ]
    let notes = ""

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
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
}
