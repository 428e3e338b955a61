internal import FlowModel
internal import HTTPListener
internal import JSONValue
internal import SandboxPolicy

/// The envelope of the sandbox contract: `{"code", "message", "data"}`.
enum SandboxAnswers {
    static func success(_ data: JSON) -> HTTPAnswer {
        envelope(200, code: 0, message: "success", data: data)
    }

    static func failure(_ status: Int, _ code: Int64, _ message: String) -> HTTPAnswer {
        envelope(status, code: code, message: message, data: .null)
    }

    private static func envelope(
        _ status: Int, code: Int64, message: String, data: JSON
    ) -> HTTPAnswer {
        let value: JSON = ["code": .integer(code), "message": .string(message), "data": data]
        return HTTPAnswer(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: .bytes(value.bytes))
    }

    /// A wrong or missing key: no body, no envelope.
    static let unauthorized = HTTPAnswer(status: 401)

    static let noSuchPath = HTTPAnswer(
        status: 404, headers: ["Content-Type": "text/plain"],
        body: .bytes(Array("404 page not found".utf8)))

    /// A path with one slash too many is told where it should go.
    static func moved(to path: String, method: String) -> HTTPAnswer {
        HTTPAnswer(status: method == "GET" ? 301 : 307, headers: ["Location": path])
    }
}

/// What became of a program, in the words of the contract.
///
/// Clients take any `error` that is not empty for a failure, so it is empty when the program ended with 0.
struct ProgramResult {
    let exitCode: Int64
    let error: String
    private let report: StepReport

    /// Nil when it was cancelled: there is no result then.
    init?(of report: StepReport, language: ScriptLanguage, limits: () -> Limits) {
        self.report = report
        var cause = ""
        switch report.outcome {
        case .returned(let value): exitCode = value["exit_code"]?.integerValue ?? 0
        case .raised(let error):
            exitCode = language == .python ? 255 : 1
            cause = "error: \(error.type): \(error.message)\n"
        case .refused(let denial):
            exitCode = -1
            if !report.denials.contains(denial) { cause = Self.words([denial]) }
        case .exceeded(let limit):
            exitCode = -1
            cause = "error: \(Self.words(limit, limits()))\n"
        case .crashed(let signal):
            exitCode = -1
            cause = "error: killed by signal \(signal)\n"
        case .cancelled: return nil
        }
        guard exitCode != 0 else {
            error = ""
            return
        }
        var text = "process exited with code \(exitCode)"
        for detail in [cause + Self.words(report.denials), report.standardError]
        where !detail.isEmpty {
            if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
            text += detail
        }
        error = text
    }

    var json: JSON {
        [
            "stdout": .string(report.standardOutput), "stderr": .string(report.standardError),
            "error": .string(error), "exit_code": .integer(exitCode),
        ]
    }

    /// One line for each call that was refused, with the phrase that users of the contract search for.
    private static func words(_ denials: [Denial]) -> String {
        denials.reduce(into: "") { text, denial in
            let times = denial.count > 1 ? " (\(denial.count) times)" : ""
            text += "error: operation not permitted: \(denial.meaning)\(times)\n"
        }
    }

    private static func words(_ limit: LimitName, _ limits: Limits) -> String {
        switch limit {
        case .wallTime: "timeout"
        case .cpuTime: "the limit of processor time was reached: \(limits.cpuTime.quantityText)"
        case .memory: "the limit of memory was reached: \(limits.memory.quantityText)"
        case .logs:
            "the limit of output was reached: \(limits.logs.quantityText) each of stdout and stderr"
        case .output: "the limit of the result was reached: \(limits.output.quantityText)"
        case .processes: "the limit of processes was reached: \(limits.processes)"
        }
    }
}
