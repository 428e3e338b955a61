internal import FlowModel
internal import JSONValue
internal import Journal
internal import LinuxSystem

extension RunDrive {
    /// Runs one step to its end and makes that end durable.
    ///
    /// Throws `CancellationError` when the step is left as it is, to be resumed.
    func runStep(_ step: StepContext) async throws -> StepResult {
        if let record = step.record, record.state.isFinal { return StepResult(record) }
        let begunAt = MonotonicInstant.now
        let result = try await runToEnd(step)
        observe(step, result.state, result.error, since: begunAt)
        return result
    }

    private func runToEnd(_ step: StepContext) async throws -> StepResult {
        do {
            if let condition = step.node.when, try !step.holds(condition) {
                skip(step.identity, because: "its condition '\(condition.source)' does not hold")
                return StepResult(state: .skipped)
            }
            if step.record == nil { try countStep() }
            return try await succeed(step, try await work(of: step))
        } catch let ended as StepEnded {
            switch ended.cause {
            case .failed(let failure): return try await fail(step, failure, ended.entries)
            case .cancelled: return try await cancel(step, ended.entries)
            }
        } catch is CancellationError where endsForGood(step.frame) {
            return try await cancel(step, [])
        }
    }

    private func work(of step: StepContext) async throws -> WorkDone {
        switch step.node.work {
        case .script(let script): return try await runScript(script, step)
        case .operation(let operation): return try await runOperation(operation, step)
        case .approval(let approval): return try await ask(approval, step)
        case .subflow(let flow, let input): return try await runSubflow(flow, input, step)
        case .choose(let choose): return try choice(choose, step)
        case .wait(let duration): return try await wait(duration, step)
        case .set(let template):
            let output = try step.evaluate(template)
            if let failure = step.node.misfit(of: output) { throw StepEnded(.failed(failure)) }
            return WorkDone(output: output)
        case .respond(let status, let body):
            let response: JSON = [
                "status": .integer(Int64(status)), "body": try step.evaluate(body),
            ]
            return WorkDone(output: response, entries: [.runResponded(response)])
        }
    }

    /// Notes without waiting that a step without attempts has begun.
    func started(_ step: StepContext, input: JSON?) {
        recordLater([.stepStarted(step.identity, input: input, at: clock.now)])
        emit(.step(step.identity, .running, error: nil, reason: nil))
    }

    private func succeed(_ step: StepContext, _ done: WorkDone) async throws -> StepResult {
        // Readers see what a resumed run would see: the output as it is stored.
        let output = service.journal.redaction.apply(done.output)
        let settlement = StepSettlement(
            identity: step.identity, state: .succeeded, output: output, at: clock.now)
        do throws(JournalError) {
            try await record(done.entries + [.stepSettled(settlement)])
        } catch {
            guard case .tooLarge = error else { throw error }
            let failure = StepFailure(kind: "output", message: error.description)
            // What is too large may be the answer itself: it would be so again.
            let entries = done.entries.filter { entry in
                if case .runResponded = entry { false } else { true }
            }
            return try await fail(step, failure, entries)
        }
        if case .respond = step.node.work { emit(.responded(output)) }
        emit(.step(step.identity, .succeeded, error: nil, reason: nil))
        return StepResult(
            state: .succeeded, output: output, covered: done.covered, decision: done.decision)
    }

    private func fail(
        _ step: StepContext, _ failure: StepFailure, _ entries: [JournalEntry]
    ) async throws -> StepResult {
        var failure = failure
        failure.step = failure.step ?? step.path
        var result = StepResult(state: .failed, error: failure)
        if case .useDefault(let template) = step.node.onError {
            do {
                result.output = service.journal.redaction.apply(try step.evaluate(template))
                result.state = .succeeded
            } catch {
                if case .failed(let fault) = error.cause { result.error = fault }
            }
        }
        let settlement = StepSettlement(
            identity: step.identity, state: result.state,
            output: result.state == .succeeded ? result.output : nil, error: result.error,
            at: clock.now)
        try await record(entries + [.stepSettled(settlement)])
        emit(.step(step.identity, result.state, error: result.error, reason: nil))
        return result
    }

    private func cancel(
        _ step: StepContext, _ entries: [JournalEntry]
    ) async throws -> StepResult {
        let settlement = StepSettlement(identity: step.identity, state: .cancelled, at: clock.now)
        try await record(entries + [.stepSettled(settlement)])
        emit(.step(step.identity, .cancelled, error: nil, reason: nil))
        return StepResult(state: .cancelled)
    }

    // MARK: Steps without attempts

    private func choice(_ choose: ChooseNode, _ step: StepContext) throws -> WorkDone {
        let value = try step.evaluate(choose.value)
        let taken = choose.cases.first { $0.value == value.keyText }?.node ?? choose.otherwise
        return WorkDone(output: ["value": value, "taken": taken.map(JSON.string) ?? .null])
    }

    private func wait(_ duration: Duration, _ step: StepContext) async throws -> WorkDone {
        let deadline = step.record?.wakesAt ?? clock.now + duration
        if step.record?.wakesAt == nil {
            let reason = "waits until \(deadline)"
            try await record([
                .stepWaits(
                    step.identity, for: .timer, reason: reason, until: deadline, at: clock.now)
            ])
            emit(.step(step.identity, .waiting, error: nil, reason: reason))
        }
        try await pause(at: step.path, until: deadline)
        return WorkDone(output: .null)
    }

    /// Sleeps until `deadline`; a run that has nothing but far timers left is parked meanwhile.
    func pause(at path: StepPath, until deadline: Moment) async throws {
        if let near = service.settings.parksTimersBeyond, deadline - clock.now > near {
            _ = try await word(at: path, until: deadline)
        } else {
            try await clock.sleep(until: deadline)
        }
    }

    /// Waits for what people say of the step, or for `deadline`.
    func word(at path: StepPath, until deadline: Moment?) async throws -> Word {
        guard let deadline else { return try await live.waitForWord(at: path, until: nil) }
        guard deadline > clock.now else { return .timeIsUp }
        return try await withThrowingTaskGroup(of: Word.self) { group in
            group.addTask { try await self.live.waitForWord(at: path, until: deadline) }
            group.addTask {
                try await self.clock.sleep(until: deadline)
                return .timeIsUp
            }
            guard let word = try await group.next() else { throw CancellationError() }
            group.cancelAll()
            return word
        }
    }
}
