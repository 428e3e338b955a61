import FlowModel
import HostAssembly
import JSONValue
import LinuxSystem
import Packages
import SandboxPolicy
import SandboxSupervisor

/// `sluice exec --batch`: many scripts side by side in warm zygotes, answered in input order.
struct ExecBatch {
    let source: String
    let arguments: ParsedArguments

    /// Lines that are read ahead of the oldest one without an answer: bounds memory, not speed.
    private static let window = 64

    func run() async throws -> ExitStatus {
        let defaults = BatchDefaults(
            profile: try arguments.value("profile").map(ProfileName.init),
            runtime: try arguments.choice("runtime", of: ScriptRuntime.self),
            timeout: try arguments.value("timeout").map { text throws(UsageError) in
                try TimeArgument.duration(text, option: "--timeout")
            },
            hosts: try NetworkHosts.checked(arguments.all("allow-host"), option: "--allow-host"),
            packages: try arguments.value("packages"), shelf: try PackageShelf(arguments))
        let sandbox = try await Sandbox.open(
            configuration: try arguments.value("config"),
            allowDegraded: arguments.has("allow-degraded"))
        let lines = try BatchLines(source: source)
        var worst = ExitStatus.done
        try await withThrowingTaskGroup(of: BatchEvent.self) { group in
            var started = 0
            var printed = 0
            var finished: [Int: BatchAnswer] = [:]
            var mayRead = true
            while true {
                if mayRead, started - printed < Self.window {
                    mayRead = false
                    group.addTask { .line(try await lines.next()) }
                }
                switch try await group.next() {
                case .line(let line?):
                    let index = started
                    group.addTask { .answer(index, await Self.answer(line, defaults, sandbox)) }
                    started += 1
                    mayRead = true
                case .answer(let index, let answer):
                    finished[index] = answer
                    while let next = finished.removeValue(forKey: printed) {
                        try Answer.write(next.text)
                        if next.status.rawValue > worst.rawValue { worst = next.status }
                        printed += 1
                    }
                case .line(nil): break
                case nil: return
                }
            }
        }
        await sandbox.stop()
        return worst
    }

    private static func answer(
        _ line: BatchLine, _ defaults: BatchDefaults, _ sandbox: Sandbox
    ) async -> BatchAnswer {
        switch line.request(defaults: defaults, sandbox) {
        case .failure(let problem):
            return BatchAnswer(id: line.id, problem: problem.message, type: "usage", status: .usage)
        case .success(let request):
            if let problem = sandbox.problem(with: request) {
                return BatchAnswer(
                    id: line.id, problem: "line \(line.number): \(problem)", type: "usage",
                    status: .usage)
            }
            do {
                return BatchAnswer(id: line.id, report: try await sandbox.run(request))
            } catch {
                return BatchAnswer(id: line.id, problem: "\(error)", type: "host", status: .host)
            }
        }
    }
}

/// What a batch waits for: its next line, nil after the last, and the answer to one before it.
private enum BatchEvent: Sendable {
    case line(BatchLine?)
    case answer(Int, BatchAnswer)
}

/// What lines that do not say otherwise get.
struct BatchDefaults: Sendable {
    let profile: ProfileName?
    let runtime: ScriptRuntime?
    let timeout: Duration?
    let hosts: [String]
    /// For lines in Python that do not name others.
    let packages: String?
    let shelf: PackageShelf
}

/// One line of answers: the object of `--json` with the line's id first.
struct BatchAnswer: Sendable {
    let text: String
    let status: ExitStatus

    init(id: JSON, report: StepReport) {
        var object = JSONObject()
        object["id"] = id
        for (key, value) in report.json.objectValue ?? JSONObject() { object[key] = value }
        text = Terminal.harmlessJSON(JSON.object(object).text)
        if case .returned = report.outcome { status = .done } else { status = .failed }
    }

    /// A line that could not be run has the same members, `outcome` null, and says why in `error`.
    init(id: JSON, problem: String, type: String, status: ExitStatus) {
        let error: JSON = [
            "type": .string(type), "message": .string(problem), "line": nil, "traceback": nil,
        ]
        let object: JSON = [
            "id": id, "outcome": nil, "output": nil, "stdout": "", "stderr": "", "error": error,
            "denials": [], "limit": nil, "signal": nil, "usage": nil, "layers": nil,
            "runtime": nil,
        ]
        text = Terminal.harmlessJSON(object.text)
        self.status = status
    }
}
