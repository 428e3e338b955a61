/// One subcommand of `sluice`.
protocol Command: Sendable {
    var name: String { get }
    /// One line for the list of commands.
    var summary: String { get }
    /// The words after the name, such as `SCRIPT [options]`; one form a line.
    var forms: [String] { get }
    var options: [Option] { get }
    /// What a reader of `sluice help NAME` should know beyond the options; may be empty.
    var notes: String { get }

    /// Throws `UsageError` for wrong words, anything else for what the host could not do.
    func run(_ arguments: ParsedArguments) async throws -> ExitStatus
}

/// How `sluice` ends, for scripts that call it.
enum ExitStatus: Int32 {
    case done = 0
    /// The script or the run failed, or the checked file has faults.
    case failed = 1
    /// Wrong usage, or a file that is not there or cannot be read.
    case usage = 2
    /// The host could not do it; no line of a script has run.
    case host = 3
}

/// What stops a command, in words for its user.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    static func file(_ message: String) -> CommandFailure {
        CommandFailure(status: .usage, description: message)
    }

    static func host(_ message: String) -> CommandFailure {
        CommandFailure(status: .host, description: message)
    }
}
