internal import HostAssembly

/// The version that `sluice --version` prints and outgoing requests carry.
let version = hostVersion

enum HelpText {
    static func overview(of commands: [any Command]) -> String {
        let rows = commands.map { "  \(padded($0.name, to: 10))\($0.summary)\n" }.joined()
        return """
            sluice runs flows whose code steps nobody has to trust.

            usage: sluice COMMAND [options]

            \(rows)  \(padded("help", to: 10))say more of one command: sluice help COMMAND

            Exit status: 0 done, 1 the script or run failed or a file has faults,
            2 wrong usage or file, 3 the host could not.

            """
    }

    static func page(for command: any Command) -> String {
        var page = command.summary + "\n\n"
        for (index, form) in command.forms.enumerated() {
            page += "\(index == 0 ? "usage: " : "       ")sluice \(command.name) \(form)\n"
        }
        if !command.options.isEmpty { page += "\n" }
        let names = command.options.map(\.shown)
        let width = names.reduce(0) { max($0, $1.count) } + 2
        for (name, option) in zip(names, command.options) {
            page += "  \(padded(name, to: width))\(option.summary)\n"
        }
        if !command.notes.isEmpty { page += "\n\(command.notes)\n" }
        return page
    }

    /// The form of a command that its first word chooses, for messages; else the first.
    static func form(of command: any Command, for words: [String]) -> String {
        let chosen = command.forms.first { form in
            form.split(separator: " ").first.map(String.init) == words.first
        }
        return chosen ?? command.forms.first ?? ""
    }

    /// `text` with blanks up to `width`, and at least one after it.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
