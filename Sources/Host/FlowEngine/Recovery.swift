internal import FlowModel
internal import JSONValue
internal import Journal

extension RunDrive {
    /// Decides about a try that was in flight when its process died.
    ///
    /// Returns the step's output when its effect turns out to have happened; else the loop tries
    /// again. Waits for a person where nobody else can know.
    func recover(
        _ step: StepContext, _ plan: AttemptPlan, _ inFlight: AttemptRecord,
        _ progress: inout AttemptProgress
    ) async throws -> WorkDone? {
        switch plan.recovery {
        case .goOn:
            progress.number = inFlight.number - 1
            return nil
        case .runAgain:
            recordLater([lost(inFlight, step)])
            return nil
        case .askPerson(let reason):
            return try await askPerson(step, inFlight, reason)
        case .lookUp:
            if step.record?.resolution != nil { return try await askPerson(step, inFlight, "") }
            switch await lookUp(step, plan, inFlight) {
            case .found(let output):
                return WorkDone(output: output, entries: [lost(inFlight, step)])
            case .absent:
                try await record([lost(inFlight, step)])
                return nil
            case .unknown(let reason):
                return try await askPerson(step, inFlight, reason)
            }
        }
    }

    /// Asks the service: three times when it does not answer, since only a person can help then.
    private func lookUp(
        _ step: StepContext, _ plan: AttemptPlan, _ inFlight: AttemptRecord
    ) async -> EffectLookUp {
        guard let work = plan.work else { return .unknown("it is no operation") }
        let attempt = stepAttempt(step, plan, work, number: inFlight.number)
        let executor = service.executors.executor(of: work)
        var reason = ""
        for round in 0..<3 {
            do {
                let found = try await service.slots(for: work).use(for: run.flow) {
                    try await executor.lookUpEffect(of: attempt)
                }
                // Without a mark there is nothing to look for, today or in a moment.
                guard case .unknown(let why) = found, plan.mark != nil else { return found }
                reason = why
            } catch {
                reason = "the service could not be asked: \(error)"
            }
            guard round < 2, (try? await clock.sleep(for: .seconds(2 << round))) != nil else {
                break
            }
        }
        return .unknown(reason)
    }

    private func askPerson(
        _ step: StepContext, _ inFlight: AttemptRecord, _ reason: String
    ) async throws -> WorkDone? {
        let resolution: Resolution
        if let said = step.record?.resolution {
            resolution = said
        } else {
            let question =
                "the process ended during attempt \(inFlight.number) and its effect is in doubt: "
                + "\(reason); say with 'sluice runs resolve \(run.id) \(step.path)' whether it is "
                + "--done, to --retry, or to --fail"
            try await record([
                .stepWaits(
                    step.identity, for: .resolution, reason: question, until: nil, at: clock.now)
            ])
            emit(.step(step.identity, .waiting, error: nil, reason: question))
            guard case .resolved(let said) = try await word(at: step.path, until: nil) else {
                throw CancellationError()
            }
            resolution = said
        }
        switch resolution {
        case .done: return WorkDone(output: .null, entries: [lost(inFlight, step)])
        case .retry:
            try await record([lost(inFlight, step)])
            return nil
        case .fail:
            let failure = StepFailure(
                kind: "in-doubt", message: "a person said that attempt \(inFlight.number) failed",
                attempts: inFlight.number)
            throw StepEnded(.failed(failure), entries: [lost(inFlight, step)])
        }
    }

    private func lost(_ inFlight: AttemptRecord, _ step: StepContext) -> JournalEntry {
        .attemptEnded(
            AttemptEnding(
                path: step.path, number: inFlight.number, outcome: AttemptEnding.lost,
                error: StepFailure(
                    kind: AttemptEnding.lost, message: "the process ended during this attempt",
                    attempts: inFlight.number), at: clock.now))
    }
}
