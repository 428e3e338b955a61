import FlowModel
import Foundation
import JSONValue
import SandboxPolicy
import SeccompFilters
import TestSupport
import Testing

@testable import SandboxSupervisor

/// Walks every system call number on the running kernel from inside the box, and compares what the
/// kernel did with the filter's reading and with a list in the repository.
@Suite struct SystemCallWalkTests {
    /// Returning from a signal that never came, or ending, says nothing about the filter.
    private static let notWalked: Set<String> = ["rt_sigreturn", "exit_group"]

    /// Linux 6.11 and later let these two through whatever a filter says; outside of a probe's own
    /// trampoline they only harm the caller.
    private static let besideEveryFilter: Set<UInt32> = [335, 336]

    private enum Verdict: String {
        case allowed, refused = "EPERM", absent = "ENOSYS", hidden = "ENOENT", killed
    }

    private static let minusOnes = [UInt64](repeating: .max, count: 6)

    private func compiled(_ language: ScriptLanguage) throws -> CompiledProfile {
        let profile = try #require(
            try Box.catalogue().resolve(ProfileName("pure"), language))
        return try ProfileCompiler.compile(profile, ownProcess: 1)
    }

    private func expected(_ call: UInt32, _ profile: CompiledProfile) -> Verdict {
        switch profile.filter.evaluate(call: call, arguments: Self.minusOnes) {
        case .allow: .allowed
        case .error(38): .absent
        case .error: .hidden
        case .notify:
            switch profile.answer(to: call, arguments: Self.minusOnes) {
            case .kill: .killed
            case .error(38): .absent
            case .error: .refused
            case .startThread, .endThread: .allowed
            }
        default: .killed
        }
    }

    private var numbers: [UInt32] {
        (0...500).filter { number in
            !Self.besideEveryFilter.contains(number)
                && !Self.notWalked.contains(SystemCalls.name(of: number) ?? "")
        }
    }

    @Test func `the kernel answers every call as the filter reads`() async throws {
        let profile = try compiled(.python)
        let walked = numbers.filter { expected($0, profile) != .killed }

        try await Box.with(limits: { $0.wallTime = .seconds(20) }) { box in
            // An outcome names 64 kinds of denial at most.
            for start in stride(from: 0, to: walked.count, by: 60) {
                let part = walked[start..<min(start + 60, walked.count)]
                let report = try await box.run(
                    program: "hostile-python/walk.py",
                    input: ["numbers": .array(part.map { .integer(Int64($0)) })])
                try compare(report, part, profile)
            }
        }
    }

    private func compare(
        _ report: StepReport, _ walked: ArraySlice<UInt32>, _ profile: CompiledProfile
    ) throws {
        let answers = try #require(report.returned?.arrayValue, "\(report.outcome)")
        #expect(answers.count == walked.count)
        let named = Set(report.denials.map(\.syscall))
        for answer in answers {
            let number = UInt32(try #require(answer[0]?.integerValue))
            let errno = try #require(answer[1]?.integerValue)
            let name = SystemCalls.name(of: number) ?? "call \(number)"
            switch expected(number, profile) {
            case .refused:
                #expect(errno == 1 && named.contains(name), "\(name): \(errno)")
            case .absent: #expect(errno == 38, "\(name): \(errno)")
            default: #expect(errno != 38 && !named.contains(name), "\(name): \(errno)")
            }
        }
    }

    @Test func `a call that no honest script makes ends the process and is named`() async throws {
        let profile = try compiled(.python)
        let killed = numbers.filter { expected($0, profile) == .killed }
        #expect(killed.count > 60)

        try await Box.with(limits: { $0.wallTime = .seconds(20) }) { box in
            for number in killed {
                let report = try await box.run(
                    program: "hostile-python/raw_call.py",
                    input: ["number": .integer(Int64(number))])
                guard case .refused(let denial) = report.outcome else {
                    Issue.record("\(SystemCalls.name(of: number) ?? ""): \(report.outcome)")
                    continue
                }
                #expect(denial.syscall == SystemCalls.name(of: number))
            }
        }
    }

    @Test(arguments: [0x4000_0000, 0x4000_0001, 0x4000_0027, 0x4000_0208, 0x7fff_ffff, 0xffff_ffff])
    func `an x32 number ends the process`(number: Int64) async throws {
        try await Box.with(limits: { $0.wallTime = .seconds(20) }) { box in
            let report = try await box.run(
                program: "hostile-python/raw_call.py", input: ["number": .integer(number)])
            guard case .refused = report.outcome else {
                Issue.record("\(number): \(report.outcome)")
                return
            }
        }
    }

    @Test(arguments: ScriptLanguage.allCases)
    func `what each call is answered is what the list says`(language: ScriptLanguage) throws {
        let profile = try compiled(language)
        let path = RepositoryFiles.path("Tests/EscapeTests/Golden/pure-\(language.rawValue).calls")

        let lines = SystemCalls.numbers.map { number in
            "\(SystemCalls.name(of: number) ?? "") \(expected(number, profile).rawValue)\n"
        }
        let list = lines.sorted().joined()

        let golden = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        if golden != list, ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try list.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(golden == list, "run the tests with RECORD_GOLDEN=1 and look at what changed")
    }
}
