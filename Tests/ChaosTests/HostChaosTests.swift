import Foundation
import JSONValue
import Journal
import TestSupport
import Testing

/// A whole host under load is killed (SIGKILL) at random moments and started again.
///
/// `SLUICE_CHAOS_KILLS` says how often at least, `SLUICE_CHAOS_SEED` repeats the points in time.
struct HostChaosTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test(.timeLimit(.minutes(60)))
    func
        `a host that is killed at any moment under load finishes every delivery it took, and does nothing twice`()
        async throws
    {
        let wanted = Int(Self.number("SLUICE_CHAOS_KILLS") ?? 24)
        let seed = Self.number("SLUICE_CHAOS_SEED") ?? UInt64.random(in: 0..<1_000_000)
        let world = try await ChaosWorld()
        var random = SeededNumbers(state: seed)
        var kills = 0
        var rounds = 0
        while kills < wanted {
            rounds += 1
            try #require(rounds < 4 + wanted, "seed \(seed): too few kills hit")
            let round = try await HostChaosRound(world: world, deliveries: 60)
            kills += try await round.run(killingAtMost: min(12, wanted - kills), &random, seed)
        }
        print("chaos: the host was killed \(kills) times in \(rounds) loads, seed \(seed)")
        await world.end()
    }
}

/// One load: so many deliveries, each of which makes one note on a merge request.
private struct HostChaosRound {
    let world: ChaosWorld
    let deliveries: Int
    private let folder: TemporaryFolder
    private let gitLab: StandInServer

    init(world: ChaosWorld, deliveries: Int) async throws {
        self.world = world
        self.deliveries = deliveries
        folder = try TemporaryFolder()
        gitLab = try await world.patientGitLab(in: folder)
        let flow = folder.file("flows/chaos")
        try FileManager.default.createDirectory(
            atPath: flow, withIntermediateDirectories: true)
        let project = world.names["project"]?.integerValue ?? 0
        let iid = world.names["iid"]?.integerValue ?? 0
        try Self.flow(project: project, iid: iid).write(
            toFile: flow + "/flow.yaml", atomically: true, encoding: .utf8)
        try "def main(n):\n    return {'text': f'note number {n}'}\n".write(
            toFile: flow + "/think.py", atomically: true, encoding: .utf8)
    }

    private static func flow(project: Int64, iid: Int64) -> String {
        """
        flow: chaos
        inputs: {n: {type: integer, required: true}}
        on:
          webhook:
            verify: {gitlab: secret:HOOK}
            deduplicate: {key: "${{ headers['idempotency-key'] }}", within: 1 h}
            inputs: {n: "${{ body.n }}"}
        nodes:
          think: {script: think.py, input: {n: "${{ inputs.n }}"}}
          pause: {wait: 50 ms, after: [think]}
          note:
            uses: gitlab/create-note
            connection: gitlab
            with: {project: \(project), iid: \(iid), body: "${{ nodes.think.output.text }}"}
            once: ${{ inputs.n }}
            after: [pause]
          last: {set: "${{ nodes.note.output.note }}"}

        """
    }

    /// How many kills hit.
    func run(
        killingAtMost wanted: Int, _ random: inout SeededNumbers, _ seed: UInt64
    ) async throws -> Int {
        var kills = 0
        var finished: [String: StepRecord] = [:]
        var isOver = false
        while kills < wanted, !isOver {
            let host = try start("host\(kills).log")
            let delay = Duration.milliseconds(Int.random(in: 100...1600, using: &random))
            try await Task.sleep(for: delay)
            host.kill()
            let status = await host.waitForEnd()
            isOver = status != -9
            #expect(!isOver || status == 0, "seed \(seed): \(text("host\(kills).log"))")
            if !isOver { kills += 1 }
            let now = try await finishedSteps()
            for (path, record) in finished {
                #expect(now[path] == record, "seed \(seed): step \(path) ran again")
            }
            finished = now
        }
        if !isOver {
            let status = await (try start("last.log")).waitForEnd()
            #expect(status == 0, "seed \(seed): \(text("last.log"))")
        }
        try await check(finished, seed)
        await gitLab.end()
        return kills
    }

    private func check(_ finished: [String: StepRecord], _ seed: UInt64) async throws {
        let now = try await finishedSteps()
        for (path, record) in finished {
            #expect(now[path] == record, "seed \(seed): step \(path) ran again")
        }
        let runs = try await withJournal { try await $0.listRuns(RunFilter(limit: 10_000)) }
        #expect(runs.count == deliveries, "seed \(seed)")
        #expect(Set(runs.map { $0.inputs["n"]?.integerValue }).count == deliveries)
        for run in runs {
            #expect(
                run.state == .succeeded, "seed \(seed): \(run.id) \(String(describing: run.error))")
        }
        // What the service says of it is what counts.
        let notes = try ChaosWorld.comments(in: folder)
        let expected = (0..<deliveries).map { "note number \($0)" }.sorted()
        let made = notes.compactMap { text in
            text.range(of: "note number ").map { String(text[$0.lowerBound...]) }
        }.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.sorted()
        #expect(made == expected, "seed \(seed)")
    }

    private func start(_ log: String) throws -> ChildProcess {
        try ChildProcess(
            ChaosWorld.program("chaos-host"), [folder.path, String(deliveries)],
            environment: [
                "SLUICE_SECRET_GITLAB_TOKEN": world.names["token"]?.stringValue ?? "",
                "SLUICE_SECRET_LLM_API_KEY": world.names["api_key"]?.stringValue ?? "",
                "SLUICE_SECRET_HOOK": "the-token-of-the-hook",
            ], folder: world.root, output: folder.file(log))
    }

    /// By run and path: everything that the journal says of a step that is over.
    private func finishedSteps() async throws -> [String: StepRecord] {
        try await withJournal { journal in
            var finished: [String: StepRecord] = [:]
            for run in try await journal.listRuns(RunFilter(limit: 10_000)) {
                for step in try await journal.showRun(run.id)?.steps ?? [] where step.state.isFinal
                {
                    finished["\(run.id) \(step.identity.path)"] = step
                }
            }
            return finished
        }
    }

    private func withJournal<Answer>(
        _ body: (SQLiteJournal) async throws -> Answer
    ) async throws -> Answer {
        // A host that was killed while it opened has left a folder without a journal, or none.
        let data = folder.file("data")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let journal = try await SQLiteJournal.open(data + "/journal.sqlite")
        let answer = try await body(journal)
        await journal.close()
        return answer
    }

    private func text(_ log: String) -> String {
        (try? String(contentsOfFile: folder.file(log), encoding: .utf8)) ?? "no output"
    }
}
