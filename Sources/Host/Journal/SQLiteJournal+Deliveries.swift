internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal: HostJournal {
    package func acceptDelivery(
        _ delivery: NewDelivery
    ) async throws(JournalError) -> DeliveryAnswer {
        let row = try DeliveryInsertion(delivery, journal: self)
        switch delivery.verdict {
        case .ignore(let reason):
            try await write { try row.insert($0, .ignored, reason: reason) }
            return .ignored(reason: reason)
        case .refuse(let reason):
            try await write { try row.insert($0, .refused, reason: reason) }
            return .refused(reason: reason)
        case .start(let run):
            let insertion = try RunInsertion(run, journal: self)
            bundles.keep(run.bundle)
            return try await write { connection in
                if let first = try row.claimKey(for: run.id, connection) {
                    try row.insert(connection, .duplicate, original: first.delivery)
                    return .duplicate(of: first.delivery, run: first.run)
                }
                do {
                    let number = try insertion.insert(connection)
                    try row.insert(connection, .accepted, run: number)
                    return .accepted(run.id)
                } catch let error as JournalError {
                    guard case .groupIsBusy = error else { throw error }
                    try row.releaseKey(connection)
                    try row.insert(connection, .ignored, reason: error.description)
                    return .ignored(reason: error.description)
                }
            }
        }
    }

    package func listDeliveries(
        _ filter: DeliveryFilter
    ) async throws(JournalError) -> [DeliveryRecord] {
        try await read { connection in
            let rows = try connection.query(
                """
                \(Self.selectDelivery)
                WHERE (?1 IS NULL OR delivery.flow = ?1) AND (?2 IS NULL OR result = ?2)
                    AND (?3 IS NULL OR delivery.run = (SELECT number FROM run WHERE id = ?3))
                    AND (?4 IS NULL OR delivery.number <
                        (SELECT number FROM delivery WHERE id = ?4))
                    AND (?6 IS NULL OR received >= ?6) AND (?7 IS NULL OR received < ?7)
                ORDER BY delivery.number DESC LIMIT ?5
                """, SQLiteValue(filter.flow), SQLiteValue(filter.result?.rawValue),
                SQLiteValue(filter.run?.text), SQLiteValue(filter.before?.text),
                SQLiteValue(filter.limit), SQLiteValue(filter.since?.milliseconds),
                SQLiteValue(filter.until?.milliseconds))
            return try rows.map(Self.delivery)
        }
    }

    package func showDelivery(
        _ id: DeliveryID
    ) async throws(JournalError) -> DeliveryDetail? {
        try await read { connection in
            let rows = try connection.query(
                "\(Self.selectDelivery) WHERE delivery.id = ?1", .text(id.text))
            guard let row = rows.first else { return nil }
            let parts = try connection.query(
                "SELECT method, path, query, headers, body, size FROM delivery WHERE id = ?1",
                .text(id.text))
            guard let part = parts.first, let headers = try? JSON.parse(part.text(3) ?? "") else {
                throw JournalError.damagedDelivery(id)
            }
            return DeliveryDetail(
                delivery: try Self.delivery(row), method: part.text(0) ?? "",
                path: part.text(1) ?? "", query: part.text(2) ?? "", headers: headers,
                body: try self.opened(part.blob(4) ?? [], isSealed: part.integer(5) != nil, id))
        }
    }

    private func opened(
        _ body: [UInt8], isSealed: Bool, _ id: DeliveryID
    ) throws -> [UInt8] {
        guard isSealed else { return body }
        guard let deliverySeal else {
            throw JournalError.store(
                "cannot read the body of delivery '\(id)': it is sealed, and the seal key is missing"
            )
        }
        return try deliverySeal.open(body, id.text)
    }

    private static let selectDelivery = """
        SELECT delivery.id, delivery.flow, received, peer, result, reason, run.id, original,
            coalesce(size, length(body))
        FROM delivery LEFT JOIN run ON run.number = delivery.run
        """

    private static func delivery(_ row: SQLiteRow) throws -> DeliveryRecord {
        let id = DeliveryID(row.text(0) ?? "")
        guard let result = row.text(4).flatMap(DeliveryResult.init) else {
            throw JournalError.damagedDelivery(id)
        }
        return DeliveryRecord(
            id: id, flow: row.text(1) ?? "",
            receivedAt: Moment(milliseconds: row.integer(2) ?? 0), peer: row.text(3) ?? "",
            result: result, reason: row.text(5), run: row.text(6).map { RunID($0) },
            original: row.text(7).map { DeliveryID($0) }, size: Int(row.integer(8) ?? 0))
    }

    package func deleteDeliveries(
        receivedBefore moment: Moment, now: Moment, limit: Int
    ) async throws(JournalError) -> Int {
        try await write { connection in
            try connection.execute(
                """
                DELETE FROM delivery WHERE number IN (
                    SELECT number FROM delivery WHERE run IS NULL AND received < ?1
                    ORDER BY received LIMIT ?2)
                """, .integer(moment.milliseconds), SQLiteValue(limit))
            let deleted = connection.changes
            try connection.execute(
                """
                DELETE FROM delivery_key WHERE (flow, key) IN (
                    SELECT flow, key FROM delivery_key WHERE until <= ?1 ORDER BY until LIMIT ?2)
                """, .integer(now.milliseconds), SQLiteValue(limit))
            let keys = connection.changes
            try connection.execute(
                """
                DELETE FROM app_key WHERE (flow, user, key) IN (
                    SELECT flow, user, key FROM app_key WHERE until <= ?1 ORDER BY until LIMIT ?2)
                """, .integer(now.milliseconds), SQLiteValue(limit))
            return max(deleted, keys, connection.changes)
        }
    }
}

/// A delivery on its way into the journal.
private struct DeliveryInsertion: Sendable {
    let delivery: NewDelivery
    private let headers: SQLiteValue
    private let query: SQLiteValue
    /// Sealed where the host has a key.
    private let body: [UInt8]
    private let isSealed: Bool
    private let redaction: Redaction

    init(_ delivery: NewDelivery, journal: SQLiteJournal) throws(JournalError) {
        self.delivery = delivery
        headers = try journal.stored(delivery.headers, what: "the headers of a delivery")
        query = .text(journal.redaction.apply(delivery.query))
        redaction = journal.redaction
        guard delivery.body.count <= journal.limits.value else {
            throw .tooLarge(
                what: "the body of a delivery", bytes: delivery.body.count,
                limit: journal.limits.value)
        }
        isSealed = journal.deliverySeal != nil
        do {
            body = try journal.deliverySeal?.seal(delivery.body, delivery.id.text) ?? delivery.body
        } catch {
            throw .store("cannot seal the body of a delivery: \(error)")
        }
    }

    func insert(
        _ connection: SQLiteConnection, _ result: DeliveryResult, reason: String? = nil,
        run: SQLiteValue = .null, original: DeliveryID? = nil
    ) throws {
        // What came again is there already.
        let isKept = result != .duplicate
        try connection.execute(
            """
            INSERT INTO delivery (id, flow, received, peer, method, path, query, headers, body,
                result, reason, run, original, size)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """, .text(delivery.id.text), .text(delivery.flow),
            .integer(delivery.receivedAt.milliseconds), .text(delivery.peer),
            .text(delivery.method), .text(delivery.path), query, headers,
            .blob(isKept ? body : []),
            .text(result.rawValue), SQLiteValue(reason.map(redaction.apply)), run,
            SQLiteValue((original ?? delivery.redelivers)?.text),
            isKept && isSealed ? SQLiteValue(delivery.body.count) : .null)
    }

    /// Takes the key for this delivery, or says who has it.
    func claimKey(
        for run: RunID, _ connection: SQLiteConnection
    ) throws -> (delivery: DeliveryID, run: RunID)? {
        guard let key = delivery.key else { return nil }
        try connection.execute(
            """
            INSERT INTO delivery_key (flow, key, delivery, run, until) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (flow, key) DO UPDATE SET delivery = excluded.delivery,
                run = excluded.run, until = excluded.until
            WHERE until <= ?6
            """, .text(delivery.flow), .text(key.text), .text(delivery.id.text), .text(run.text),
            .integer(key.until.milliseconds), .integer(delivery.receivedAt.milliseconds))
        guard connection.changes == 0 else { return nil }
        let rows = try connection.query(
            "SELECT delivery, run FROM delivery_key WHERE flow = ?1 AND key = ?2",
            .text(delivery.flow), .text(key.text))
        guard let row = rows.first else { return nil }
        return (DeliveryID(row.text(0) ?? ""), RunID(row.text(1) ?? ""))
    }

    /// Nothing was started: the next one of this key may try again.
    func releaseKey(_ connection: SQLiteConnection) throws {
        guard let key = delivery.key else { return }
        try connection.execute(
            "DELETE FROM delivery_key WHERE flow = ?1 AND key = ?2 AND delivery = ?3",
            .text(delivery.flow), .text(key.text), .text(delivery.id.text))
    }
}
