import HostAssembly
import LinuxSystem

/// `sluice backup`: a copy of the data folder that is whole, made while the host runs.
struct BackupCommand: Command {
    let name = "backup"
    let summary = "Copy the data folder while its host runs"
    let forms = ["FOLDER [--data DIR]"]
    let options = [Option("data", "DIR", "the data folder (default ./.sluice)")]
    let notes = """
        FOLDER must not exist; it becomes a data folder as good as the first at one moment: runs,
        deliveries, keys, secrets, the audit log and the host's key, without installed packages. Restore it by putting it in the
        place of the other while no host runs. It holds secrets in the clear: guard it.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let target = try arguments.exactly(["FOLDER"])[0]
        let data = DataFolder(try arguments.value("data") ?? "./.sluice")
        let copied = try data.backUp(to: target)
        StandardStream.error.write(
            Terminal.harmlessLines("'\(data.path)' is backed up to '\(copied)'\n"))
        return .done
    }
}
