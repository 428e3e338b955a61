import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import SeccompFilters
import TestSupport
import Testing

/// Makes every system call by number from inside the box, and compares what the running kernel did with
/// the filter's reading and with a list in the repository.
///
/// The Python engine makes the calls for every language, under the filter of that language.
@Suite struct ProberTests {
    /// Returning from a signal that never came, or ending, says nothing about the filter; a thread on a
    /// stack that is not there ends the process.
    private static let notWalked: Set<String> = ["rt_sigreturn", "exit_group", "clone"]

    /// Linux 6.11 and later let these two through whatever a filter says; outside of a probe's own
    /// trampoline they only harm the caller.
    private static let besideEveryFilter: Set<UInt32> = [335, 336]

    private static let numbers: [UInt32] =
        (Array(0...600) + [1023, 4096, 65_535, 0x3fff_ffff]).filter { number in
            !besideEveryFilter.contains(number)
                && !notWalked.contains(SystemCalls.name(of: number) ?? "")
        }

    @Test func `every profile's calls are those of its list`() throws {
        for probed in try ProbedProfile.all() {
            for (call, examples) in probed.filtered {
                for example in examples {
                    let name = SystemCalls.name(of: call) ?? "\(call)"
                    #expect(
                        [.allowed, .counted].contains(probed.answer(to: call, example)),
                        "\(probed): \(name) \(example) is in the profile and not in its filter")
                }
            }
            expect(
                ProberText.list(of: probed), toBe: "Tests/EscapeTests/Golden/\(probed).calls")
        }
    }

    @Test func `the page counts what the filters let through`() throws {
        expect(ProberText.page(of: try ProbedProfile.all()), toBe: ProberText.page)
    }

    @Test func `no call is let through that the list does not name`() throws {
        for probed in try ProbedProfile.all() {
            let reachable = Set(probed.unfiltered + probed.filtered.map(\.call))
            for number in UInt32(0)...2048 where !reachable.contains(number) {
                for value: UInt64 in [0, 1, 2, 0x7fff_ffff, 0xffff_ffff, 1 << 32, .max] {
                    let arguments = [UInt64](repeating: value, count: 6)
                    #expect(
                        probed.answer(to: number, arguments) != .allowed, "\(probed): \(number)")
                }
            }
            for number in UInt32(0)...600 {
                #expect(probed.answer(to: 0x4000_0000 | number) == .killed, "\(probed): x32")
            }
        }
    }

    @Test func `the kernel answers every call as the filter reads`() async throws {
        for probed in try ProbedProfile.all() {
            try await box(of: probed).use { box in
                let calls = Self.numbers
                    .filter { ![.killed, .counted].contains(probed.answer(to: $0)) }
                    .map { ($0, ProbedProfile.minusOnes) }
                try await walk(calls, of: probed, in: box)
                let examples = probed.filtered.flatMap { call, examples in
                    examples.map { (call, $0) }
                }.filter { call, example in
                    probed.answer(to: call, example) == .allowed
                        && !Self.notWalked.contains(SystemCalls.name(of: call) ?? "")
                }
                try await walk(examples, of: probed, in: box)
            }
        }
    }

    @Test func `a call that no honest script makes ends the process and is named`() async throws {
        for probed in try ProbedProfile.all() {
            let killed = Self.numbers.filter { probed.answer(to: $0) == .killed }
            #expect(killed.count > 60)
            try await box(of: probed).use { box in
                try await withThrowingTaskGroup(of: (UInt32, StepOutcome).self) { group in
                    for number in killed {
                        group.addTask { (number, try await self.outcome(of: number, in: box)) }
                    }
                    for try await (number, outcome) in group {
                        let name = SystemCalls.name(of: number) ?? "call \(number)"
                        guard case .refused(let denial) = outcome else {
                            Issue.record("\(probed), \(name): \(outcome)")
                            continue
                        }
                        #expect(denial.syscall == name)
                    }
                }
            }
        }
    }

    @Test func `x32 numbers and the 32-bit entrance end the process`() async throws {
        try await Box.with { box in
            for number in [0, 1, 39, 59, 520, 0x3fff_ffff, 0xbfff_ffff].map({ 0x4000_0000 + $0 }) {
                let outcome = try await self.outcome(of: UInt32(number), in: box)
                guard case .refused = outcome else {
                    Issue.record("\(number): \(outcome)")
                    continue
                }
            }
            // The bytes of int 0x80 stand in libc by chance: nothing has to be written to use them.
            let report = try await box.run(program: "prober/foreign_call.py")
            guard case .refused(let denial) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(denial.meaning.contains("another architecture"))
        }
    }

    /// A box in which the Python engine runs under the profile's filter.
    private func box(of probed: ProbedProfile) throws -> Box {
        let profile = probed.profile
        return try Box(packages: probed.hasPackages ? TemporaryFolder() : nil) { _, _ in
            var profile = profile
            profile.language = .python
            profile.runsNode = false
            profile.files = ["runtime-library"]
            profile.network = "none"
            return profile
        }
    }

    private func outcome(of number: UInt32, in box: Box) async throws -> StepOutcome {
        try await box.run(
            program: "prober/raw_call.py", input: ["number": .integer(Int64(number))]
        ).outcome
    }

    private func walk(
        _ calls: [(number: UInt32, arguments: [UInt64])], of probed: ProbedProfile, in box: Box
    ) async throws {
        // An outcome names 64 kinds of denial at most.
        for start in stride(from: 0, to: calls.count, by: 60) {
            let part = calls[start..<min(start + 60, calls.count)]
            let rows: [JSON] = part.map { call in
                .array(
                    [.integer(Int64(call.number))]
                        + call.arguments.map { .integer(Int64(bitPattern: $0)) })
            }
            let report = try await box.run(
                program: "prober/walk.py", input: ["calls": .array(rows)])
            let answers = try #require(
                report.returned?.arrayValue, "\(probed): \(report.outcome) \(report.standardError)")
            #expect(answers.count == part.count)
            let named = Set(report.denials.map(\.syscall))
            for (call, answer) in zip(part, answers) {
                let errno = try #require(answer[1]?.integerValue)
                let name = SystemCalls.name(of: call.number) ?? "call \(call.number)"
                let told = Comment("\(probed), \(name): errno \(errno)")
                switch probed.answer(to: call.number, call.arguments) {
                case .refused: #expect(errno == 1 && named.contains(name), told)
                case .absent: #expect(errno == 38, told)
                case .hidden:
                    #expect([1, 2, 13, 25].contains(errno) && !named.contains(name), told)
                default: #expect(errno != 38 && errno != 1, told)
                }
            }
        }
    }
}
