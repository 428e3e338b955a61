import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

/// Long honest scripts, under the profile that scripts get: nothing they need may be refused.
struct TourTests {
    @Test(arguments: ["library.py", "waiting.py", "habits.py", "language.js"])
    func `an honest tour finds everything it needs and is denied nothing`(
        file: String
    ) async throws {
        let source = try RepositoryFiles.bytes("Tests/Fixtures/tours/\(file)")

        try await Sandbox.with { sandbox in
            let report = try await sandbox.run(
                String(decoding: source, as: UTF8.self),
                language: file.hasSuffix(".py") ? .python : .javascript)

            #expect(report.outcome == .returned([]))
            #expect(report.denials == [])
        }
    }
}
