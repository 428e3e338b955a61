import FlowModel
import HostAssembly
import LinuxSystem

/// The commands, in the order in which help lists them.
let commands: [any Command] = [
    RunCommand(), RunsCommand(), ExecCommand(), ExplainCommand(), DoctorCommand(), CheckCommand(),
    SecretsCommand(), PackagesCommand(),
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
        complain("unknown command '\(first)'; 'sluice help' lists them")
        return .usage
    }
    let rest = Array(words.dropFirst())
    if rest.contains("--help") { return printHelp(for: command.name) }
    do {
        return try await command.run(ParsedArguments(rest, options: command.options))
    } catch let error as UsageError {
        complain("\(error.message)\n       usage: sluice \(command.name) \(command.forms[0])")
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

func printHelp(for name: String?) -> ExitStatus {
    guard let name else {
        StandardStream.output.write(HelpText.overview(of: commands))
        return .done
    }
    guard let command = commands.first(where: { $0.name == name }) else {
        complain("unknown command '\(name)'; 'sluice help' lists them")
        return .usage
    }
    StandardStream.output.write(HelpText.page(for: command))
    return .done
}
