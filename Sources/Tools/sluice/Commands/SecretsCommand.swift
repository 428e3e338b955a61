import Connectors
import HostAssembly
import LinuxSystem

/// `sluice secrets`: writes what connections name as `secret:NAME`; never prints a value.
struct SecretsCommand: Command {
    let name = "secrets"
    let summary = "Set, list or remove the secrets that connections name"
    let forms = ["list [--data DIR]", "set NAME [--data DIR]", "remove NAME [--data DIR]"]
    let options = [Option("data", "DIR", "the data folder (default ./.sluice)")]
    let notes = """
        `set` reads the value from the terminal, which does not show it, or from standard input:
        sluice secrets set GITLAB_TOKEN < token.txt. A value on the command line would stand in the
        shell's history, so it is not taken there.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let data = DataFolder(try arguments.value("data") ?? "./.sluice")
        let store = SecretStore(dataFolder: data.path)
        do {
            switch arguments.positional.first {
            case nil, "list":
                for name in try store.names() { StandardStream.output.write("\(name)\n") }
            case "set":
                let name = try SecretName(try arguments.exactly(["set", "NAME"])[1])
                try data.make()
                try store.set(name, to: try value(for: name))
                StandardStream.error.write("secret '\(name)' is set\n")
            case "remove":
                let name = try SecretName(try arguments.exactly(["remove", "NAME"])[1])
                guard try store.remove(name) else {
                    throw CommandFailure.file(
                        "there is no secret '\(name)' in '\(data.path)/secrets'")
                }
                StandardStream.error.write("secret '\(name)' is removed\n")
            case let word?:
                throw UsageError(message: "unknown word '\(word)'; it can be list, set or remove")
            }
        } catch let error as SecretError {
            throw CommandFailure.file(error.description)
        }
        return .done
    }

    private func value(for name: SecretName) throws -> [UInt8] {
        let isTyped = StandardStream.input.isTerminal
        if isTyped { StandardStream.error.write("value of \(name) (not shown): ") }
        let value = StandardStream.input.readHidden()
        if isTyped { StandardStream.error.write("\n") }
        guard let value else { throw CommandFailure.file("no value was given for '\(name)'") }
        return value
    }
}
