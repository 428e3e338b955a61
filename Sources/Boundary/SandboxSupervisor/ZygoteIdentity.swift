import Synchronization

/// Who a zygote becomes when the supervisor is root.
///
/// In a user namespace that does not map a number, or that forbids changing groups, the next one is
/// tried.
enum ZygoteIdentity: Sendable, Hashable {
    /// A number for each zygote alone, so that none can signal or count against another.
    case ownRange
    /// The overflow number, which rootless containers map.
    case nobody
    // SECURITY: never as the machine's own root, only inside of a user namespace: its root is an
    // ordinary user outside.
    /// Stay who it is.
    case unchanged

    // SECURITY: zygotes of all tenants count from one number, so that no two that live share one, and
    // two supervisors start apart. What the kernel counts by user would be seen by the other.
    private static let given = Atomic<UInt32>(.random(in: 0..<4096))

    /// uid and gid of the next zygote; 0 keeps them.
    func nextKernelID() -> UInt32 {
        switch self {
        case .ownRange: 210_000 + Self.given.wrappingAdd(1, ordering: .relaxed).oldValue % 4096
        case .nobody: 65_534
        case .unchanged: 0
        }
    }

    var next: ZygoteIdentity? {
        switch self {
        case .ownRange: .nobody
        case .nobody: .unchanged
        case .unchanged: nil
        }
    }
}
