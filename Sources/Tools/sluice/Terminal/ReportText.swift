import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy

/// What a command was asked for: it must arrive.
enum Answer {
    static func write(_ text: String) throws {
        guard StandardStream.output.write(text + "\n") else {
            throw CommandFailure.host(
                "cannot write the answer to standard output: it is closed, or its disk is full")
        }
    }
}

/// An attempt's report for people: the value on standard output, everything else on standard error.
enum ReportText {
    static func print(_ report: StepReport, script: String) throws {
        let errors = StandardStream.error
        write(report.standardOutput, to: errors)
        write(report.standardError, to: errors)
        if case .returned(let value) = report.outcome {
            try Answer.write(Terminal.harmlessJSON(value.prettyText))
        } else {
            errors.write(Terminal.harmlessLines(failure(report.outcome, script: script)))
        }
        for denial in report.allDenials { errors.write(line(for: denial)) }
        if let layers = report.layers, layers.isDegraded { errors.write(line(for: layers)) }
        if let runtime = report.runtime, runtime.engine == .node {
            errors.write(line(for: runtime))
        }
        if let usage = report.usage { errors.write("  \(summary(of: usage))\n") }
    }

    /// How often a call was denied, and what it meant.
    static func line(for denial: Denial) -> String {
        let times = denial.count == 1 ? "denied" : "denied \(denial.count) times"
        return "  \(times): \(denial.meaning)\n"
    }

    /// What a script ran without.
    static func line(for layers: HeldLayers) -> String {
        "  degraded: ran without \(layers.missing.joined(separator: ", ")) (see 'sluice doctor')\n"
    }

    static func line(for runtime: RuntimeChoice) -> String {
        "  ran in Node.js: \(runtime.reason)\n"
    }

    static func summary(of usage: Usage) -> String {
        "\(milliseconds(usage.wallTime)) wall, \(milliseconds(usage.cpuTime)) cpu, "
            + "\(size(usage.peakMemory)) peak memory"
    }

    /// Why the attempt did not return, one or more lines.
    static func failure(_ outcome: StepOutcome, script: String) -> String {
        switch outcome {
        case .returned: ""
        case .raised(let error):
            raised(error, script: script)
        case .refused(let denial):
            "\(script): killed by policy: \(denial.meaning)\n"
                + "  'sluice explain --script \(script)' goes on after such a call, and says in which line it is\n"
        case .exceeded(let limit):
            "\(script): \(limitWords(limit))\n"
        case .crashed(let signal):
            "\(script): the script's process died of signal \(signal)\n"
        case .cancelled:
            "\(script): cancelled\n"
        }
    }

    static func limitWords(_ limit: LimitName) -> String {
        switch limit {
        case .wallTime: "ran longer than the limit 'wall-time' allows, and was killed"
        case .cpuTime: "used more processor time than the limit 'cpu-time' allows, and was killed"
        case .memory: "needed more memory than the limit 'memory' allows"
        case .output:
            "returned more than the limit 'output' allows, or nested it deeper than 128 levels"
        case .logs: "printed more than the limit 'logs' allows, and was killed"
        case .processes: "started more processes than the limit 'processes' allows"
        }
    }

    private static func raised(_ error: RaisedError, script: String) -> String {
        let place = error.line.map { "\(script):\($0)" } ?? script
        let words = "\(place): \(error.type): \(error.message)\n"
        guard let traceback = error.traceback, !traceback.isEmpty else { return words }
        let text = traceback.hasSuffix("\n") ? traceback : traceback + "\n"
        // What the profile has to do with it stands in the message alone.
        return text.contains(error.message) ? text : text + words
    }

    private static func write(_ text: String, to stream: StandardStream) {
        guard !text.isEmpty else { return }
        let text = Terminal.harmlessLines(text)
        stream.write(text.hasSuffix("\n") ? text : text + "\n")
    }

    static func milliseconds(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        if milliseconds >= 10_000 { return "\((milliseconds / 100).rounded() / 10) s" }
        if milliseconds >= 100 || milliseconds == milliseconds.rounded() {
            return "\(Int(milliseconds.rounded())) ms"
        }
        return "\((milliseconds * 10).rounded() / 10) ms"
    }

    static func size(_ count: ByteCount) -> String {
        let mebibytes = Double(count.bytes) / 1_048_576
        return mebibytes >= 1
            ? "\((mebibytes * 10).rounded() / 10) MiB" : "\(count.bytes / 1024) KiB"
    }
}
