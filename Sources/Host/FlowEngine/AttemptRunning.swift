internal import FlowModel
internal import JSONValue
internal import Journal
internal import LinuxSystem

extension RunDrive {
    /// Tries until the step has an output, or until what its node allows is used up.
    func runAttempts(_ step: StepContext, _ plan: AttemptPlan) async throws -> WorkDone {
        var progress = AttemptProgress(step.record)
        progress.number = max(progress.number, plan.triesBefore)
        if let inFlight = progress.inFlight,
            let done = try await recover(step, plan, inFlight, &progress)
        {
            return done
        }
        while true {
            if let deadline = progress.wakesAt { try await pause(at: step.path, until: deadline) }
            progress.wakesAt = nil
            progress.number += 1
            let askedAt = MonotonicInstant.now
            let report = try await attempt(step, plan, progress)
            let ending = self.ending(of: report, step, number: progress.number)
            observe(report, ending, of: step, plan, since: askedAt)
            emit(
                .attemptEnded(
                    step.identity, number: ending.number, outcome: ending.outcome,
                    error: ending.error))
            switch verdict(on: report, ending, step, plan, &progress) {
            case .done(let output):
                return WorkDone(output: output, entries: [.attemptEnded(ending)])
            case .failed(var failure):
                failure.attempts = progress.number
                throw StepEnded(.failed(failure), entries: [.attemptEnded(ending)])
            case .cancelled:
                throw StepEnded(.cancelled, entries: [.attemptEnded(ending)])
            case .again(let deadline, let reason):
                try await record([
                    .attemptEnded(ending),
                    .stepWaits(
                        step.identity, for: .timer, reason: reason, until: deadline, at: clock.now),
                ])
                emit(.step(step.identity, .waiting, error: ending.error, reason: reason))
                progress.wakesAt = deadline
            }
        }
    }

    private enum Verdict {
        case done(JSON)
        case failed(StepFailure)
        case again(at: Moment, reason: String)
        case cancelled
    }

    private func verdict(
        on report: AttemptReport, _ ending: AttemptEnding, _ step: StepContext,
        _ plan: AttemptPlan, _ progress: inout AttemptProgress
    ) -> Verdict {
        if report.isCancelled { return .cancelled }
        guard case .returned(let output) = report.step?.outcome, ending.error == nil else {
            let failure = ending.error ?? StepFailure(kind: "host", message: "no outcome")
            progress.failures += 1
            if !report.isRetryable || report.wasCutOff { progress.isInDoubt = true }
            return verdict(on: failure, report, step, plan, progress)
        }
        progress.failures = 0
        progress.isInDoubt = false
        progress.repetitions += 1
        guard let rule = step.node.repeatRule else { return .done(output) }
        var scope = step.scope
        scope.output = output
        do throws(ExpressionError) {
            if try rule.until.isTrue(in: scope) { return .done(output) }
        } catch {
            return .failed(StepFailure(kind: "expression", message: error.description))
        }
        guard progress.repetitions < rule.atMost else {
            return .failed(
                StepFailure(
                    kind: "repeat",
                    message: "'\(rule.until.source)' did not come true in \(rule.atMost) tries"))
        }
        return .again(
            at: clock.now + rule.every,
            reason: "try \(progress.repetitions) of \(rule.atMost) was not the last")
    }

    private func verdict(
        on failure: StepFailure, _ report: AttemptReport, _ step: StepContext, _ plan: AttemptPlan,
        _ progress: AttemptProgress
    ) -> Verdict {
        guard let rule = step.node.retry, progress.failures <= rule.times,
            rule.covers(failure, isRetryable: report.isRetryable),
            !report.wasCutOff || plan.isSafeToRepeat,
            report.retryAfter ?? .zero <= .seconds(3600)
        else { return .failed(failure) }
        let wait = rule.wait(
            afterFailure: progress.failures, chance: service.settings.chance(),
            retryAfter: report.retryAfter)
        return .again(
            at: clock.now + wait,
            reason: "retry \(progress.failures) of \(rule.times) after: \(failure.message)")
    }

    /// One try: recorded, run in a slot of its own, ended by its timeout at the latest.
    private func attempt(
        _ step: StepContext, _ plan: AttemptPlan, _ progress: AttemptProgress
    ) async throws -> AttemptReport {
        let number = progress.number
        var begun: [JournalEntry] = [.stepStarted(step.identity, input: plan.input, at: clock.now)]
        let isKnown = step.record?.attempts.contains { $0.number == number } ?? false
        if !isKnown {
            begun.append(
                .attemptStarted(path: step.path, number: number, mark: plan.mark, at: clock.now))
        }
        if plan.mustBeKnown { try await record(begun) } else { recordLater(begun) }
        if number == 1 || progress.repetitions + progress.failures == 0 {
            emit(.step(step.identity, .running, error: nil, reason: nil))
        }
        emit(.attemptStarted(step.identity, number: number))
        do {
            let report = try await untilTimeout(step, plan) {
                try await self.perform(step, plan, progress)
            }
            guard Task.isCancelled else { return report }
            return try cancelled(report, step)
        } catch is CancellationError {
            return try cancelled(AttemptReport(step: StepReport(outcome: .cancelled)), step)
        } catch let error as JournalError {
            throw error
        } catch let ended as StepEnded {
            throw ended
        } catch {
            guard !Task.isCancelled else {
                return try cancelled(AttemptReport(step: StepReport(outcome: .cancelled)), step)
            }
            return AttemptReport(hostFault: "\(error)")
        }
    }

    /// A result that came although we were cancelled counts; a try that was cut off does not.
    private func cancelled(
        _ report: AttemptReport, _ step: StepContext
    ) throws -> AttemptReport {
        guard case .cancelled = report.step?.outcome else { return report }
        guard endsForGood(step.frame) else { throw CancellationError() }
        var report = report
        report.isCancelled = true
        return report
    }

    private func perform(
        _ step: StepContext, _ plan: AttemptPlan, _ progress: AttemptProgress
    ) async throws -> AttemptReport {
        if let nested = plan.runNested {
            return AttemptReport(step: try await nested(progress.number))
        }
        guard let work = plan.work else { throw CancellationError() }
        let attempt = stepAttempt(step, plan, work, number: progress.number)
        let executor = service.executors.executor(of: work)
        let carryOut = { @Sendable () async throws -> StepReport in
            // Before a write is made again: the try that failed may have had its effect.
            if progress.failures > 0, plan.mark != nil {
                switch try await executor.lookUpEffect(of: attempt) {
                case .found(let output): return StepReport(outcome: .returned(output))
                case .unknown(let reason) where progress.isInDoubt: return .inDoubt(reason)
                case .absent, .unknown: break
                }
            }
            return try await executor.execute(attempt)
        }
        let execute = { @Sendable () async throws -> AttemptReport in
            let begunAt = MonotonicInstant.now
            var report = AttemptReport(step: try await carryOut())
            report.begunAt = begunAt
            return report
        }
        return try await plan.takesSlot
            ? service.slots(for: work).use(for: run.flow, execute) : execute()
    }

    func stepAttempt(
        _ step: StepContext, _ plan: AttemptPlan, _ work: StepWork, number: Int
    ) -> StepAttempt {
        StepAttempt(
            run: run.id.text, flow: step.frame.flow.name, node: step.node.name,
            itemKey: step.identity.itemKey, number: number, tenant: run.tenant,
            timeout: step.node.timeout, work: work, approval: plan.approval, path: step.path.text,
            callTool: plan.callTool)
    }

    private func untilTimeout(
        _ step: StepContext, _ plan: AttemptPlan,
        _ body: @escaping @Sendable () async throws -> AttemptReport
    ) async throws -> AttemptReport {
        guard let timeout = step.node.timeout else { return try await body() }
        return try await withThrowingTaskGroup(of: AttemptReport?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await self.clock.sleep(for: timeout + plan.grace)
                return nil
            }
            guard let first = try await group.next(), let report = first else {
                plan.stopNested?()
                group.cancelAll()
                let late = try? await group.next()
                return .timedOut(after: timeout, report: late ?? nil, plan)
            }
            group.cancelAll()
            return report
        }
    }
}

extension StepReport {
    /// Nothing was sent again: an earlier try may have done it, and nobody can say.
    fileprivate static func inDoubt(_ reason: String) -> StepReport {
        StepReport(
            outcome: .raised(
                RaisedError(
                    type: "in-doubt",
                    message: "an earlier try may have had its effect, and that cannot be looked "
                        + "up: \(reason); look at the service, then start a new run or leave it"))
        )
    }
}
