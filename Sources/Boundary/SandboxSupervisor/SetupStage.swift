import CZygoteProtocol

/// The stages of `enum zygote_stage`, in words that complete "it could not …".
struct SetupStage: Sendable, Hashable {
    let rawValue: UInt32

    static let changeIdentity = SetupStage(number: ZYGOTE_CHANGE_IDENTITY)
    static let programVersion = SetupStage(number: ZYGOTE_CHILD_PROGRAM_VERSION)

    private static let table: [UInt32: (words: String, layer: SandboxLayer?)] = [
        ZYGOTE_TAKE_SETTINGS.rawValue: ("take its settings", nil),
        ZYGOTE_CHANGE_IDENTITY.rawValue: ("become a user that is not root", nil),
        ZYGOTE_USER_NAMESPACE.rawValue: ("create a user namespace", .namespaces),
        ZYGOTE_MAP_IDENTITY.rawValue: ("map its user into the namespace", .namespaces),
        ZYGOTE_OTHER_NAMESPACES.rawValue: ("create the other namespaces", .namespaces),
        ZYGOTE_PLACE_DESCRIPTORS.rawValue: ("put its descriptors in place", nil),
        ZYGOTE_OPEN_BROKER_PORT.rawValue: ("open the port of the egress broker", nil),
        ZYGOTE_START_ENGINE.rawValue: ("start the language engine", nil),
        ZYGOTE_COUNT_THREADS.rawValue: ("make sure that it has one thread", nil),
        ZYGOTE_BUILD_ROOT.rawValue: ("build the private root", .namespaces),
        ZYGOTE_BIND_FILES.rawValue: ("bind the files of the profile", nil),
        ZYGOTE_SEAL_ROOT.rawValue: ("make the private root read-only", .namespaces),
        ZYGOTE_ENTER_ROOT.rawValue: ("enter the private root", .namespaces),
        ZYGOTE_SET_LIMITS.rawValue: ("set its limits", nil),
        ZYGOTE_DROP_CAPABILITIES.rawValue: ("drop its capabilities", nil),
        ZYGOTE_NO_NEW_PRIVILEGES.rawValue: ("give up new privileges", nil),
        ZYGOTE_RESTRICT_FILES.rawValue: ("restrict files with Landlock", .landlock),
        ZYGOTE_START_COURIER.rawValue: ("start the courier of the listener", nil),
        ZYGOTE_INSTALL_FILTER.rawValue: ("install the seccomp filter", .seccomp),
        ZYGOTE_CHILD_PARENT_DEATH.rawValue: ("bind a script to the host's life", nil),
        ZYGOTE_CHILD_CAPABILITIES.rawValue: ("drop the capabilities of a script", nil),
        ZYGOTE_CHILD_LIMITS.rawValue: ("set the limits of a script", nil),
        ZYGOTE_CHILD_SEED.rawValue: ("seed the generators of a script", nil),
        ZYGOTE_CHILD_SELF_TEST.rawValue: ("see that refused calls are refused", .seccomp),
        ZYGOTE_CHILD_START_PROGRAM.rawValue: ("start Node.js", nil),
        ZYGOTE_CHILD_PROGRAM_VERSION.rawValue: ("start a Node.js that is new enough", nil),
        ZYGOTE_CHILD_READY.rawValue: ("say that a script is ready", nil),
    ]

    init?(rawValue: UInt32) {
        guard Self.table[rawValue] != nil else { return nil }
        self.rawValue = rawValue
    }

    private init(number: zygote_stage) { rawValue = number.rawValue }

    var words: String { Self.table[rawValue]?.words ?? "pass stage \(rawValue)" }

    /// The layer that the host lacks when this stage does not work.
    var layer: SandboxLayer? { Self.table[rawValue]?.layer }
}
