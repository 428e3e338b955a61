import SandboxPolicy

/// What a profile must say before its scripts may start threads.
///
/// `clone` and `exit` stay out of every filter. Both arrive at the supervisor as notifications, which
/// counts threads by them and lets them pass by their registers alone; see docs/decisions.
enum ThreadStart {
    /// CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM: a thread shares all of this with its process.
    private static let required: UInt64 = 0x5_0f00
    /// CLONE_SETTLS, PARENT_SETTID, CHILD_CLEARTID, CHILD_SETTID: where a thread's own numbers go.
    private static let optional: UInt64 = 0x138_0000

    /// Nil when the profile starts no thread; throws the fault of one that could start more than that.
    static func flags(of profile: ResolvedProfile) throws(Fault) -> Set<UInt64>? {
        let clone = profile.allowances.first { $0.call == "clone" }
        let canEnd = profile.allowances.contains { $0.call == "exit" }
        guard let clone else {
            if canEnd { throw Fault("'exit' ends a thread, and 'clone' starts none") }
            return nil
        }
        guard canEnd else { throw Fault("'clone' starts threads, which end by 'exit'") }
        guard profile.limits.processes > 1 else {
            throw Fault("'clone' starts threads, and the limit 'processes' is 1")
        }
        var flags: Set<UInt64> = []
        for way in clone.alternatives {
            guard let value = exactFlags(of: way) else {
                throw Fault("'clone' is allowed for more than the exact flags of a thread")
            }
            flags.insert(value)
        }
        guard !flags.isEmpty else { throw Fault("'clone' is allowed without its flags") }
        return flags
    }

    // SECURITY: an exact value of the whole register: no namespace, no process, no signal at the end.
    private static func exactFlags(of way: [ArgumentPredicate]) -> UInt64? {
        for predicate in way where predicate.index == 0 {
            guard case .equal(let value) = predicate.comparison,
                value & required == required, value & ~(required | optional) == 0
            else { continue }
            return value
        }
        return nil
    }

    struct Fault: Error {
        let words: String
        init(_ words: String) { self.words = words }
    }
}
