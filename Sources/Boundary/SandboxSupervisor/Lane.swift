import FlowModel
import LinuxSystem
import SandboxPolicy

/// What a lane is told.
enum LaneCommand: Sendable {
    case run(RunTicket)
    case cancel(UInt64)
    /// A script stands in its control group, or why it does not.
    case moved(UInt32, Errno?)
    case stop(@Sendable () -> Void)
}

/// Which scripts may share a zygote.
struct LaneKey: Sendable, Hashable {
    let language: ScriptLanguage
    let profile: ProfileName
    let tenant: String
    /// What its scripts can import: a zygote shows one environment or none.
    var packages: PackageEnvironment?
    /// How much of Python's library its zygotes have loaded.
    var library = LoadedLibrary.whole
    /// The host's own in the place of the profile's: they hold from a zygote's start.
    var limits: Limits?
}

extension LaneKey {
    /// - Parameter isRecording: then the runner itself needs more of the library than the script names.
    init(_ request: ScriptRequest, under profile: ResolvedProfile, isRecording: Bool) {
        self.init(
            language: request.work.language, profile: profile.name, tenant: request.tenant,
            packages: request.work.packages,
            library: isRecording ? .whole : LoadedLibrary(for: request.work, under: profile),
            limits: request.limits)
    }
}

/// What the lanes of a supervisor share.
struct LaneBoards: Sendable {
    let layers: LayerBoard
    let groups: ScriptGroups?
    let shares: ProcessorShares?
    let pools: PoolBoard
}

/// The zygotes for one language, profile, tenant and set of packages: one thread that starts, feeds, watches, replaces
/// and buries them.
///
/// This is the side that other threads see; everything else belongs to the thread alone (`LaneLoop`).
final class Lane: Sendable {
    let key: LaneKey
    private let mailbox: Mailbox<LaneCommand>

    init(
        key: LaneKey, plan: ZygotePlan, configuration: SupervisorConfiguration,
        boards: LaneBoards
    ) throws(Errno) {
        let mailbox = try Mailbox<LaneCommand>()
        self.key = key
        self.mailbox = mailbox
        try ServiceThread.start(named: "sluice-\(key.language.rawValue)") {
            LaneLoop.run(
                key: key, plan: plan, configuration: configuration, mailbox: mailbox,
                boards: boards)
        }
    }

    /// False when the lane has ended since: ask for a new one.
    func post(_ command: LaneCommand) -> Bool { mailbox.post(command) }
}
