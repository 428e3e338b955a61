/// What a host that serves needs of its journal beside the runs themselves: deliveries, and the queue.
///
/// Queued runs live here, never in memory.
package protocol HostJournal: Journal, AppJournal {
    /// Stores a delivery, and its run where it starts one, in one transaction; what tells it from
    /// others is compared and set in the same.
    ///
    /// Throws `duplicateRun` when the run's name is taken.
    func acceptDelivery(
        _ delivery: NewDelivery
    ) async throws(JournalError) -> DeliveryAnswer

    /// Stores some bytes durably and removes them again: throws what keeps the journal from that.
    func probe() async throws(JournalError)
    /// A run without its steps, of which there may be thousands; nil when there is no such run.
    func runRecord(_ id: RunID) async throws(JournalError) -> RunRecord?
    func listSteps(of id: RunID, _ filter: StepFilter) async throws(JournalError) -> [StepRecord]

    /// The same as `createRun`, with steps of an earlier run, as finished.
    ///
    /// Throws `isNotOver`, and `noSuchRun` when the earlier run was deleted.
    func createRun(_ run: NewRun, takingOver: TakenSteps) async throws(JournalError)

    /// Newest first.
    func listDeliveries(
        _ filter: DeliveryFilter
    ) async throws(JournalError) -> [DeliveryRecord]
    /// Nil when there is no such delivery.
    func showDelivery(_ id: DeliveryID) async throws(JournalError) -> DeliveryDetail?

    /// Approvals as they stand at `now`, newest first.
    func listApprovals(
        _ filter: ApprovalFilter, at now: Moment
    ) async throws(JournalError) -> [ApprovalListing]

    /// Runs that can be driven now, at most so many of each flow, in the order in which they were
    /// made; a run that another of its group excludes is not among them.
    func readyRuns(_ question: ReadyQuestion) async throws(JournalError) -> [ReadyRun]
    /// Runs in state `running` after `number`, for picking up what a dead process left.
    func runningRuns(
        after number: Int64, limit: Int
    ) async throws(JournalError) -> [ReadyRun]
    /// When the next run becomes ready by itself; nil when none does.
    func nextReadyMoment(after now: Moment) async throws(JournalError) -> Moment?
    func countQueued() async throws(JournalError) -> Int
    /// What a run's secret input was given, sealed; nil when there is none, or the run is over.
    func sealedInput(_ name: String, of run: RunID) async throws(JournalError) -> [UInt8]?

    /// How much there is now of what is not over.
    func figures() async throws(JournalError) -> JournalFigures
    /// Lets a queued run rest until `moment`.
    func postpone(_ run: RunID, until moment: Moment) async throws(JournalError)
    /// Ends a run that cannot be read or driven at all, whatever is wrong with its row.
    func abandon(
        _ run: RunID, because failure: StepFailure, at moment: Moment
    ) async throws(JournalError)

    /// Failed runs whose flow names another for that case, and that have not started it.
    func runsToFollow(limit: Int) async throws(JournalError) -> [RunID]
    /// Starts `follower` for a failed run, once; nil only takes the run off the list.
    func follow(_ failed: RunID, with follower: NewRun?) async throws(JournalError)

    /// When a flow's schedule last fired, or was first seen.
    func lastFire(of flow: String) async throws(JournalError) -> Moment?
    /// Moves a schedule on from `last` and makes the runs of that, or does nothing at all and is
    /// false when somebody else has moved it.
    func fire(
        _ flow: String, from last: Moment?, to moment: Moment, runs: [NewRun]
    ) async throws(JournalError) -> Bool

    /// Deletes deliveries that started no run and came before `moment`, and keys that no longer count.
    func deleteDeliveries(
        receivedBefore moment: Moment, now: Moment, limit: Int
    ) async throws(JournalError) -> Int
}

/// What to ask of the queue.
package struct ReadyQuestion: Sendable {
    package var now: Moment
    /// How many runs of a flow may be taken, by name; `others` for those that are not named.
    package var allowances: [String: Int]
    package var others: Int
    /// Being driven, or about to be: not asked for again.
    package var excluding: Set<RunID>

    package init(
        now: Moment, allowances: [String: Int], others: Int, excluding: Set<RunID>
    ) {
        self.now = now
        self.allowances = allowances
        self.others = others
        self.excluding = excluding
    }
}

package struct ReadyRun: Sendable, Hashable {
    package var id: RunID
    package var number: Int64
    package var flow: String
    /// What it excludes others of its flow by.
    package var group: String?
    /// Whether it has run before: the time for its first step is over.
    package var hasBegun: Bool

    package init(id: RunID, number: Int64, flow: String, group: String?, hasBegun: Bool) {
        self.id = id
        self.number = number
        self.flow = flow
        self.group = group
        self.hasBegun = hasBegun
    }
}
