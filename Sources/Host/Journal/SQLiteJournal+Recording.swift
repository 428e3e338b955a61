internal import FlowModel
internal import JSONValue
internal import SQLiteStore
internal import SandboxPolicy

extension SQLiteJournal {
    package func record(
        _ entries: [JournalEntry], of run: RunID
    ) async throws(JournalError) {
        let writes = try prepare(entries, of: run)
        try await write { connection in
            if let loss = self.loss(of: run) { throw loss }
            let number = try Self.number(of: run, connection)
            for write in writes { try write(connection, number) }
        }
    }

    package func recordLater(_ entries: [JournalEntry], of run: RunID) {
        do throws(JournalError) {
            let writes = try prepare(entries, of: run)
            database.writeLater(whenLost: { [weak self] in self?.noteLoss(of: run, $0) }) {
                connection in
                let number = try Self.number(of: run, connection)
                for write in writes { try write(connection, number) }
            }
        } catch {
            noteLoss(of: run, error)
        }
    }

    typealias PreparedWrite = @Sendable (SQLiteConnection, _ run: SQLiteValue) throws -> Void

    static func number(of run: RunID, _ connection: SQLiteConnection) throws -> SQLiteValue {
        let rows = try connection.query("SELECT number FROM run WHERE id = ?1", .text(run.text))
        guard let number = rows.first?.values.first else { throw JournalError.noSuchRun(run) }
        return number
    }

    /// Redacts and writes the JSON here, on the caller's thread: the database's has enough to do.
    private func prepare(
        _ entries: [JournalEntry], of run: RunID
    ) throws(JournalError) -> [PreparedWrite] {
        var writes: [PreparedWrite] = []
        for entry in entries { writes.append(try prepare(entry, of: run)) }
        return writes
    }

    private func prepare(
        _ entry: JournalEntry, of id: RunID
    ) throws(JournalError) -> PreparedWrite {
        switch entry {
        case .runStarted(let moment, let driver):
            return { connection, run in
                try connection.execute(
                    """
                    UPDATE run SET state = 'running', started = coalesce(started, ?2), wakes = NULL,
                        driver = ?3
                    WHERE number = ?1 AND state NOT IN ('succeeded', 'failed', 'cancelled')
                    """, run, .integer(moment.milliseconds), .integer(driver))
                guard connection.changes == 1 else { throw JournalError.isOver(id) }
            }
        case .runSettled(let settlement): return try prepare(settlement)
        case .runResponded(let response):
            let text = try stored(response, what: "the response")
            return { connection, run in
                // Whoever waited has heard the first one, so it stays.
                try connection.execute(
                    "UPDATE run SET response = coalesce(response, ?2) WHERE number = ?1", run, text)
            }
        case .stepStarted(let identity, let input, let moment):
            return stepStarted(identity, input: input.map(storedInput) ?? .null, at: moment)
        case .attemptStarted(let path, let number, let mark, let moment):
            return { connection, run in
                try connection.execute(
                    """
                    INSERT INTO attempt (run, path, number, started, mark)
                    VALUES (?1, ?2, ?3, ?4, ?5)
                    """, run, .text(path.text), SQLiteValue(number), .integer(moment.milliseconds),
                    SQLiteValue(mark))
            }
        case .attemptEnded(let ending): return prepare(ending)
        case .stepWaits(let identity, let waiting, let reason, let until, let moment):
            return stepWaits(identity, waiting, reason, until, moment)
        case .approvalAsked(let path, let approval): return prepare(approval, at: path)
        case .stepSettled(let settlement): return try prepare(settlement)
        }
    }

    private func prepare(_ settlement: RunSettlement) throws(JournalError) -> PreparedWrite {
        var outputs = SQLiteValue.null
        if let value = settlement.outputs { outputs = try stored(value, what: "the run's outputs") }
        let error = settlement.error.map(stored) ?? .null
        let isFinal = settlement.state.isFinal
        let ended: SQLiteValue = isFinal ? .integer(settlement.at.milliseconds) : .null
        return { [outputs] connection, run in
            try connection.execute(
                """
                UPDATE run SET state = ?2, outputs = ?3, error = ?4, ended = ?5, wakes = ?6,
                    active = active + ?7 WHERE number = ?1
                """, run, .text(settlement.state.rawValue), outputs, error, ended,
                SQLiteValue(settlement.wakesAt?.milliseconds),
                .integer(settlement.activeTime.microseconds))
            if isFinal { try connection.execute(Self.forgetSealed, run) }
        }
    }

    private func stepStarted(
        _ identity: StepIdentity, input: SQLiteValue, at moment: Moment
    ) -> PreparedWrite {
        { connection, run in
            try connection.execute(
                """
                INSERT INTO step (run, path, node, item_key, item_index, kind, state, input, started)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'running', ?7, ?8)
                ON CONFLICT (run, path) DO UPDATE SET state = 'running', waits_for = NULL,
                    reason = NULL, wakes = NULL, resolution = NULL, input = excluded.input,
                    started = coalesce(started, excluded.started)
                """, run, .text(identity.path.text), .text(identity.node),
                SQLiteValue(identity.itemKey), SQLiteValue(identity.itemIndex),
                .text(identity.kind), input, .integer(moment.milliseconds))
        }
    }

    private func stepWaits(
        _ identity: StepIdentity, _ waiting: StepWaiting, _ reason: String, _ until: Moment?,
        _ moment: Moment
    ) -> PreparedWrite {
        let reason = cut(redaction.apply(reason), to: limits.text)
        return { connection, run in
            try connection.execute(
                """
                INSERT INTO step (run, path, node, item_key, item_index, kind, state, waits_for,
                    reason, started, wakes)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8, ?9, ?10)
                ON CONFLICT (run, path) DO UPDATE SET state = 'waiting',
                    waits_for = excluded.waits_for, reason = excluded.reason,
                    wakes = excluded.wakes, started = coalesce(started, excluded.started)
                """, run, .text(identity.path.text), .text(identity.node),
                SQLiteValue(identity.itemKey), SQLiteValue(identity.itemIndex),
                .text(identity.kind), .text(waiting.rawValue), .text(reason),
                .integer(moment.milliseconds), SQLiteValue(until?.milliseconds))
        }
    }

    private func prepare(_ settlement: StepSettlement) throws(JournalError) -> PreparedWrite {
        let identity = settlement.identity
        var output = SQLiteValue.null
        if let value = settlement.output {
            output = try stored(value, what: "the output of step '\(identity.path)'")
        }
        let error = settlement.error.map(stored) ?? .null
        let reason = SQLiteValue(
            settlement.reason.map { cut(redaction.apply($0), to: limits.text) })
        // A step that is over at once has no beginning of its own; a skipped one never began.
        let started: SQLiteValue =
            settlement.state == .skipped ? .null : .integer(settlement.at.milliseconds)
        return { [output] connection, run in
            try connection.execute(
                """
                INSERT INTO step (run, path, node, item_key, item_index, kind, state, output, error,
                    reason, ended, started)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                ON CONFLICT (run, path) DO UPDATE SET state = excluded.state,
                    output = excluded.output, error = excluded.error, reason = excluded.reason,
                    ended = excluded.ended, waits_for = NULL, wakes = NULL, resolution = NULL
                """, run, .text(identity.path.text), .text(identity.node),
                SQLiteValue(identity.itemKey), SQLiteValue(identity.itemIndex),
                .text(identity.kind), .text(settlement.state.rawValue), output, error, reason,
                .integer(settlement.at.milliseconds), started)
        }
    }

    private func prepare(_ ending: AttemptEnding) -> PreparedWrite {
        let error = ending.error.map(stored) ?? .null
        let standardOutput = cut(redaction.apply(ending.standardOutput), to: limits.text)
        let standardError = cut(redaction.apply(ending.standardError), to: limits.text)
        let denials: SQLiteValue =
            ending.denials.isEmpty
            ? .null : .text(redaction.apply(.array(ending.denials.map(\.json))).text)
        return { connection, run in
            try connection.execute(
                """
                UPDATE attempt SET ended = ?4, outcome = ?5, error = ?6, standard_output = ?7,
                    standard_error = ?8, denials = ?9, wall = ?10, cpu = ?11, memory = ?12,
                    layers = ?13, runtime = ?14
                WHERE run = ?1 AND path = ?2 AND number = ?3
                """, run, .text(ending.path.text), SQLiteValue(ending.number),
                .integer(ending.at.milliseconds), .text(ending.outcome), error,
                .text(standardOutput), .text(standardError), denials,
                SQLiteValue(ending.usage?.wallTime.microseconds),
                SQLiteValue(ending.usage?.cpuTime.microseconds),
                SQLiteValue(ending.usage?.peakMemory.bytes),
                SQLiteValue(ending.layers?.json.text),
                SQLiteValue(ending.runtime?.json.text))
        }
    }

    private func prepare(_ approval: ApprovalRecord, at path: StepPath) -> PreparedWrite {
        let ask = cut(redaction.apply(approval.ask), to: limits.text)
        let covered = redaction.apply(approval.covered).text
        return { connection, run in
            try connection.execute(
                """
                INSERT INTO approval (run, path, ask, choices, who, covered, asked, expires, approves,
                    risk, operations)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
                """, run, .text(path.text), .text(ask), .text(approval.choices.text),
                .text(JSON.array(approval.who.map(JSON.string)).text), .text(covered),
                .integer(approval.askedAt.milliseconds),
                SQLiteValue(approval.expiresAt?.milliseconds),
                .text(JSON.array(approval.approves.map(JSON.string)).text),
                .text(approval.risk.rawValue), .text(approval.operations.text))
        }
    }
}
