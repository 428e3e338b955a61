internal import FlowModel
internal import JSONValue
internal import SQLiteStore
internal import SandboxPolicy

extension SQLiteJournal {
    package func listRuns(_ filter: RunFilter) async throws(JournalError) -> [RunRecord] {
        let states = filter.states.map { states in
            JSON.array(states.map { JSON.string($0.rawValue) }).text
        }
        return try await read { connection in
            let isFit = """
                (?1 IS NULL OR flow = ?1)
                    AND (?2 IS NULL OR state IN (SELECT value FROM json_each(?2)))
                    AND (?3 IS NULL OR substr(id, 1, length(?3)) = ?3)
                    AND (?4 IS NULL OR id < ?4)
                """
            let values = [
                SQLiteValue(filter.flow), SQLiteValue(states), SQLiteValue(filter.prefix),
                SQLiteValue(filter.before?.text), SQLiteValue(filter.limit),
            ]
            let whole: [SQLiteRow]
            do throws(SQLiteError) {
                whole = try connection.query(
                    """
                    \(Self.selectRun) WHERE \(isFit)
                        AND (?6 IS NULL OR created >= ?6) AND (?7 IS NULL OR created < ?7)
                        AND (?8 IS NULL
                            OR iif(json_valid(trigger), json_extract(trigger, '$.kind'), '') = ?8)
                    ORDER BY id DESC LIMIT ?5
                    """, values[0], values[1], values[2], values[3], values[4],
                    SQLiteValue(filter.since?.milliseconds),
                    SQLiteValue(filter.until?.milliseconds), SQLiteValue(filter.trigger))
            } catch {
                guard error.kind == .corrupt else { throw error }
                // The columns that come first in a row stand where the rest of a long one does not.
                return try connection.query(
                    """
                    SELECT id, flow, tenant, state FROM run WHERE \(isFit)
                    ORDER BY id DESC LIMIT ?5
                    """, values[0], values[1], values[2], values[3], values[4]
                ).map { try Self.listed($0, connection) }.filter(filter.fitsTimeAndTrigger)
            }
            return try whole.map(Self.listed)
        }
    }

    /// The run of a row of `id, flow, tenant, state`, or, when the rest of it cannot be read, that.
    private static func listed(
        _ first: SQLiteRow, _ connection: SQLiteConnection
    ) throws -> RunRecord {
        let id = RunID(first.text(0) ?? "")
        var rows: [SQLiteRow] = []
        do throws(SQLiteError) {
            rows = try connection.query("\(selectRun) WHERE id = ?1", .text(id.text))
        } catch {
            // The file is damaged there.
            guard error.kind == .corrupt else { throw error }
        }
        if let row = rows.first { return try listed(row) }
        return RunRecord(
            id: id, flow: first.text(1) ?? "", tenant: first.text(2) ?? "",
            state: first.text(3).flatMap(RunState.init) ?? .failed, trigger: .null, inputs: .null,
            outputs: nil,
            error: StepFailure(
                kind: "damaged",
                message: JournalError.damaged(id, what: "what is stored").description),
            response: nil, createdAt: Moment(milliseconds: 0), startedAt: nil, endedAt: nil,
            activeTime: .zero, wakesAt: nil, isCancelRequested: false, driver: nil)
    }

    /// A run whose row was damaged hides no other: it is listed as failed, with the damage as its error.
    static func listed(_ row: SQLiteRow) throws(JournalError) -> RunRecord {
        do throws(JournalError) {
            return try run(row)
        } catch {
            guard case .damaged(let id, _) = error else { throw error }
            return RunRecord(
                id: id, flow: row.text(1) ?? "", tenant: row.text(2) ?? "",
                state: row.text(3).flatMap(RunState.init) ?? .failed, trigger: .null, inputs: .null,
                outputs: nil,
                error: StepFailure(kind: "damaged", message: error.description), response: nil,
                createdAt: Moment(milliseconds: row.integer(9) ?? 0), startedAt: moment(row, 10),
                endedAt: moment(row, 11), activeTime: .zero, wakesAt: moment(row, 13),
                isCancelRequested: row.flag(14), driver: row.integer(15))
        }
    }

    package func showRun(_ id: RunID) async throws(JournalError) -> RunDetail? {
        try await read { connection in
            let runs = try connection.query("\(Self.selectRun) WHERE id = ?1", .text(id.text))
            guard let row = runs.first else { return nil }
            let run = try Self.run(row)
            let number = try Self.number(of: id, connection)
            return RunDetail(
                run: run,
                steps: try Self.steps(of: id, number, StepFilter(limit: -1), connection))
        }
    }

    package func runRecord(_ id: RunID) async throws(JournalError) -> RunRecord? {
        try await read { connection in
            let rows = try connection.query("\(Self.selectRun) WHERE id = ?1", .text(id.text))
            return try rows.first.map(Self.run)
        }
    }

    package func listSteps(
        of id: RunID, _ filter: StepFilter
    ) async throws(JournalError) -> [StepRecord] {
        try await read { connection in
            let number = try Self.number(of: id, connection)
            return try Self.steps(of: id, number, filter, connection)
        }
    }

    static let selectRun = """
        SELECT id, flow, tenant, state, trigger, inputs, outputs, error, response, created, started,
            ended, active, wakes, cancelled, driver FROM run
        """

    private static func run(_ row: SQLiteRow) throws(JournalError) -> RunRecord {
        let id = RunID(row.text(0) ?? "")
        guard let state = row.text(3).flatMap(RunState.init), let created = row.integer(9) else {
            throw JournalError.damaged(id, what: "the state")
        }
        return RunRecord(
            id: id, flow: row.text(1) ?? "", tenant: row.text(2) ?? "", state: state,
            trigger: try json(row, 4, id, "the trigger") ?? .null,
            inputs: try json(row, 5, id, "the inputs") ?? .null,
            outputs: try json(row, 6, id, "the outputs"),
            error: try json(row, 7, id, "the error").flatMap(StepFailure.init),
            response: try json(row, 8, id, "the response"),
            createdAt: Moment(milliseconds: created), startedAt: moment(row, 10),
            endedAt: moment(row, 11), activeTime: .microseconds(row.integer(12) ?? 0),
            wakesAt: moment(row, 13), isCancelRequested: row.flag(14), driver: row.integer(15))
    }

    private static func steps(
        of run: RunID, _ number: SQLiteValue, _ filter: StepFilter,
        _ connection: SQLiteConnection
    ) throws -> [StepRecord] {
        let approvals = try approvals(of: run, number, connection)
        let rows = try connection.query(
            """
            SELECT path, node, item_key, item_index, kind, state, input, output, error, waits_for,
                reason, started, ended, wakes, resolution, taken_from
            FROM step WHERE run = ?1 AND (?2 IS NULL OR path = ?2) AND (?3 IS NULL OR node = ?3)
                AND (?4 IS NULL OR state IN (SELECT value FROM json_each(?4)))
                AND (?5 IS NULL
                    OR number > (SELECT number FROM step WHERE run = ?1 AND path = ?5))
            ORDER BY number LIMIT ?6
            """, number, SQLiteValue(filter.path?.text), SQLiteValue(filter.node),
            SQLiteValue(
                filter.states.map { JSON.array($0.map { .string($0.rawValue) }).text }),
            SQLiteValue(filter.after?.text), SQLiteValue(filter.limit))
        // Of all steps at once, or of those of the page alone.
        let paths =
            filter.limit < 0
            ? nil : JSON.array(rows.map { .string($0.text(0) ?? "") }).text
        let attempts = try attempts(of: run, number, paths: paths, connection)
        return try rows.map { row in
            let path = StepPath(row.text(0) ?? "")
            guard let state = row.text(5).flatMap(StepState.init) else {
                throw JournalError.damaged(run, what: "the state of step '\(path)'")
            }
            let identity = StepIdentity(
                path: path, node: row.text(1) ?? "", itemKey: row.text(2),
                itemIndex: row.integer(3).map { Int($0) }, kind: row.text(4) ?? "")
            return StepRecord(
                identity: identity, state: state,
                input: try json(row, 6, run, "the input of step '\(path)'"),
                output: try json(row, 7, run, "the output of step '\(path)'"),
                error: try json(row, 8, run, "the error of step '\(path)'")
                    .flatMap(StepFailure.init),
                waitsFor: row.text(9).flatMap(StepWaiting.init), reason: row.text(10),
                startedAt: moment(row, 11), endedAt: moment(row, 12), wakesAt: moment(row, 13),
                attempts: attempts[path] ?? [], approval: approvals[path],
                resolution: row.text(14).flatMap(Resolution.init),
                takenFrom: row.text(15).map { RunID($0) })
        }
    }

    private static func attempts(
        of run: RunID, _ number: SQLiteValue, paths: String?, _ connection: SQLiteConnection
    ) throws -> [StepPath: [AttemptRecord]] {
        let rows = try connection.query(
            """
            SELECT path, number, started, ended, outcome, error, standard_output, standard_error,
                denials, wall, cpu, memory, mark, layers, runtime
            FROM attempt WHERE run = ?1
                AND (?2 IS NULL OR path IN (SELECT value FROM json_each(?2)))
            ORDER BY path, number
            """, number, SQLiteValue(paths))
        var attempts: [StepPath: [AttemptRecord]] = [:]
        for row in rows {
            let path = StepPath(row.text(0) ?? "")
            let denials = try json(row, 8, run, "the denials of step '\(path)'")?.arrayValue
            let usage = row.integer(9).map { wall in
                Usage(
                    wallTime: .microseconds(wall), cpuTime: .microseconds(row.integer(10) ?? 0),
                    peakMemory: ByteCount(Int(row.integer(11) ?? 0)))
            }
            let layers = try json(row, 13, run, "the layers of step '\(path)'")
            let runtime = try json(row, 14, run, "the runtime of step '\(path)'")
            attempts[path, default: []].append(
                AttemptRecord(
                    number: Int(row.integer(1) ?? 0),
                    startedAt: Moment(milliseconds: row.integer(2) ?? 0), endedAt: moment(row, 3),
                    outcome: row.text(4),
                    error: try json(row, 5, run, "an error of step '\(path)'")
                        .flatMap(StepFailure.init),
                    standardOutput: row.text(6) ?? "", standardError: row.text(7) ?? "",
                    denials: denials?.compactMap(Denial.init) ?? [], usage: usage,
                    layers: layers.flatMap(HeldLayers.init),
                    runtime: runtime.flatMap(RuntimeChoice.init), mark: row.text(12)))
        }
        return attempts
    }

    static func moment(_ row: SQLiteRow, _ column: Int) -> Moment? {
        row.integer(column).map { Moment(milliseconds: $0) }
    }

    static func json(
        _ row: SQLiteRow, _ column: Int, _ run: RunID, _ what: String
    ) throws(JournalError) -> JSON? {
        guard let text = row.text(column) else { return nil }
        let limits = JSONLimits(size: .max, depth: JSONLimits.deepest)
        do throws(JSONParseError) {
            return try JSON.parse(text, limits: limits)
        } catch {
            throw .damaged(run, what: what)
        }
    }
}

extension RunFilter {
    /// What is damaged fits, since nobody can say.
    fileprivate func fitsTimeAndTrigger(_ run: RunRecord) -> Bool {
        run.error?.kind == "damaged"
            || since.map { run.createdAt >= $0 } ?? true && until.map { run.createdAt < $0 } ?? true
                && trigger.map { run.trigger["kind"]?.stringValue == $0 } ?? true
    }
}
