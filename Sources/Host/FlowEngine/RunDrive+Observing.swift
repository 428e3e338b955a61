internal import FlowModel
internal import Journal
internal import LinuxSystem

extension RunDrive {
    func observe(
        _ step: StepContext, _ state: StepState, _ failure: StepFailure?,
        since begunAt: MonotonicInstant
    ) {
        guard let observer = service.settings.observer else { return }
        observer.stepEnded(
            ObservedStep(
                step: step.identity, state: state, failure: failure?.kind,
                startedAt: step.record?.startedAt, begunAt: begunAt, endedAt: .now), of: observed)
    }

    func observe(
        _ report: AttemptReport, _ ending: AttemptEnding, of step: StepContext,
        _ plan: AttemptPlan, since askedAt: MonotonicInstant
    ) {
        guard let observer = service.settings.observer else { return }
        let work: ObservedAttempt.Work =
            switch plan.work {
            case .script(let script): .script(script.language, script.profile)
            case .operation(let work): .operation(work.operation, connection: work.connection)
            case nil: .flow
            }
        observer.attemptEnded(
            ObservedAttempt(
                step: step.identity, number: ending.number, work: work, askedAt: askedAt,
                begunAt: report.begunAt ?? askedAt, endedAt: .now, ending: ending), of: observed)
    }
}
