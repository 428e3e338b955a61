import Foundation
import JSONValue
import Journal
import TestSupport
import Testing

/// The real command is killed (SIGKILL) at random points of a real review and resumed.
///
/// `SLUICE_CHAOS_KILLS` says how many kills there are at least, `SLUICE_CHAOS_SEED` repeats the
/// points in time of another run of the test, as far as two runs are alike.
struct ChaosTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test(.timeLimit(.minutes(60)))
    func
        `a review that is killed at any point is finished by resuming it, with its own files, each comment made once`()
        async throws
    {
        let wanted = Int(Self.number("SLUICE_CHAOS_KILLS") ?? 30)
        let seed = Self.number("SLUICE_CHAOS_SEED") ?? UInt64.random(in: 0..<1_000_000)
        let world = try await ChaosWorld()
        let calm = try await ChaosRound(world: world, seed: 0).runUndisturbed()
        try #require(calm.comments.count > 3)

        var kills = ChaosKills()
        var rounds: UInt64 = 0
        while kills.all < wanted {
            let (first, count) = (rounds, UInt64(2))
            rounds += count
            kills += try await withThrowingTaskGroup(of: ChaosKills.self) { group in
                for number in first..<first + count {
                    group.addTask {
                        try await ChaosRound(world: world, seed: seed &* 1_000_003 &+ number)
                            .runKilling(within: calm.duration, expecting: calm.comments)
                    }
                }
                return try await group.reduce(into: ChaosKills()) { $0 += $1 }
            }
            // Kills that all come too late would never end; the machine may have become faster.
            try #require(rounds < 40 + 4 * UInt64(wanted), "seed \(seed): too few kills hit")
        }
        print(
            "chaos: \(kills.all) kills in \(rounds) reviews, \(kills.midway) of them between the "
                + "first finished step and the last, seed \(seed)")
        #expect(kills.midway > kills.all / 10)
        await world.end()
    }
}

/// How many kills hit.
struct ChaosKills: Sendable {
    var all = 0
    /// Those that left a run with some steps finished and others not.
    var midway = 0

    static func += (left: inout ChaosKills, right: ChaosKills) {
        left.all += right.all
        left.midway += right.midway
    }
}

/// One review, from the event to the last comment, with a data folder and a GitLab of its own.
struct ChaosRound {
    let world: ChaosWorld
    private let folder: TemporaryFolder
    private let seed: UInt64

    init(world: ChaosWorld, seed: UInt64) throws {
        self.world = world
        self.seed = seed
        folder = try TemporaryFolder()
    }

    struct Calm: Sendable {
        let duration: Duration
        let comments: [String]
    }

    func runUndisturbed() async throws -> Calm {
        let gitLab = try await world.gitLab(in: folder)
        let began = ContinuousClock.now
        let process = try world.sluice(in: folder, resuming: nil, log: "calm.log")
        let status = await process.waitForEnd()
        let duration = ContinuousClock.now - began
        #expect(status == 0, "\(output("calm.log"))")
        let comments = try ChaosWorld.comments(in: folder)
        #expect(Set(comments).count == comments.count)
        await gitLab.end()
        return Calm(duration: duration, comments: comments)
    }

    /// Kills up to four times, then lets the review finish.
    func runKilling(
        within duration: Duration, expecting comments: [String]
    ) async throws -> ChaosKills {
        let gitLab = try await world.gitLab(in: folder)
        var random = SeededNumbers(state: seed)
        var kills = ChaosKills()
        var finished: [StepPath: StepRecord] = [:]
        for number in 0..<Int.random(in: 1...4, using: &random) {
            let delay = duration * Double.random(in: 0...1, using: &random)
            let process = try world.sluice(
                in: folder, resuming: try await run()?.id.text, log: "kill\(number).log")
            try await Task.sleep(for: delay)
            process.kill()
            guard await process.waitForEnd() == -9 else { break }
            kills.all += 1
            try await check(finished)
            finished = try await finishedSteps()
            if let run = try await run() {
                try world.spoilFlow(in: folder)
                if !finished.isEmpty, !run.state.isFinal { kills.midway += 1 }
            }
        }
        let last = try world.sluice(
            in: folder, resuming: try await run()?.id.text, log: "last.log")
        let status = await last.waitForEnd()

        #expect(status == 0, "seed \(seed): \(output("last.log"))")
        let final = try await run()
        #expect(final?.state == .succeeded, "seed \(seed)")
        #expect(try ChaosWorld.comments(in: folder) == comments, "seed \(seed)")
        try await check(finished)
        await gitLab.end()
        return kills
    }

    /// A finished step never runs again: all that the journal says of it stays as it was.
    private func check(_ finished: [StepPath: StepRecord]) async throws {
        let now = try await finishedSteps()
        for (path, record) in finished {
            #expect(now[path] == record, "seed \(seed): step \(path) ran again")
        }
    }

    private func finishedSteps() async throws -> [StepPath: StepRecord] {
        try await withJournal { journal in
            var finished: [StepPath: StepRecord] = [:]
            for run in try await journal.listRuns(RunFilter()) {
                for step in try await journal.showRun(run.id)?.steps ?? [] where step.state.isFinal
                {
                    finished[step.identity.path] = step
                }
            }
            return finished
        } ?? [:]
    }

    /// The run, once it is durable.
    ///
    /// A kill before that leaves nothing, and the event comes again.
    private func run() async throws -> RunRecord? {
        let runs = try await withJournal { try await $0.listRuns(RunFilter()) } ?? []
        #expect(runs.count <= 1)
        return runs.first
    }

    private func withJournal<Answer>(
        _ body: (SQLiteJournal) async throws -> Answer
    ) async throws -> Answer? {
        let path = folder.file("data/journal.sqlite")
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let journal = try await SQLiteJournal.open(path)
        let answer = try await body(journal)
        await journal.close()
        return answer
    }

    private func output(_ log: String) -> String {
        (try? String(contentsOfFile: folder.file(log), encoding: .utf8)) ?? "no output"
    }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
