import FlowModel
import HostAssembly
import LinuxSystem

/// The commands, in the order in which help lists them.
let commands: [any Command] = [
    RunCommand(), RunsCommand(), ExecCommand(), ExplainCommand(), DoctorCommand(), CheckCommand(),
    SecretsCommand(), PackagesCommand(), ServeCommand(), KeysCommand(),
    BackupCommand(),
]

@main
struct SluiceCommand {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        let status = await dispatch(words)
        ProcessSurroundings.exit(status.rawValue)
    }
}

/// Finds the command that `words` name and runs it; what goes wrong is said on stderr.
func dispatch(_ words: [String]) async -> ExitStatus {
    guard let first = words.first, !["help", "--help", "-h"].contains(first) else {
        return printHelp(for: words.dropFirst().first)
    }
    if first == "--version" || first == "version" {
        StandardStream.output.write("sluice \(version)\n")
        return .done
    }
    guard let command = commands.first(where: { $0.name == first }) else {
        return unknownCommand(first)
    }
    let rest = Array(words.dropFirst())
    if asksForHelp(rest) { return printHelp(for: command.name) }
    do {
        return try await command.run(ParsedArguments(rest, options: command.options))
    } catch let error as UsageError {
        let form = HelpText.form(of: command, for: rest)
        complain("\(error.message)\n       usage: sluice \(command.name) \(form)")
        return .usage
    } catch let failure as CommandFailure {
        complain(failure.description)
        return failure.status
    } catch let faults as FlowFaults {
        return refuse(faults.description)
    } catch let faults as FaultReport {
        return refuse(faults.description)
    } catch {
        complain("\(error)")
        return ExitStatus(of: error)
    }
}

/// Faults of a file, as `check` shows them, when they keep something from running.
func refuse(_ faults: String) -> ExitStatus {
    StandardStream.error.write(Terminal.harmlessLines(faults))
    complain("nothing has run; 'sluice check' lists the faults of every flow")
    return .usage
}

/// One line on stderr, with the program's name before it.
func complain(_ message: String) {
    StandardStream.error.write("sluice: \(Terminal.harmlessLines(message))\n")
}

/// Words after `--` are names, whatever they look like.
private func asksForHelp(_ words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains { ["--help", "-h"].contains($0) }
}

private func unknownCommand(_ name: String) -> ExitStatus {
    let nearest = commands.map(\.name).min { editDistance($0, name) < editDistance($1, name) }
    let hint =
        nearest.flatMap { editDistance($0, name) <= 2 ? "did you mean '\($0)'?" : nil }
        ?? "'sluice help' lists them"
    complain("unknown command '\(name)'; \(hint)")
    return .usage
}

func printHelp(for name: String?) -> ExitStatus {
    guard let name else {
        StandardStream.output.write(HelpText.overview(of: commands))
        return .done
    }
    guard let command = commands.first(where: { $0.name == name }) else {
        return unknownCommand(name)
    }
    StandardStream.output.write(HelpText.page(for: command))
    return .done
}
