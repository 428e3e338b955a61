/// Filter bytes that a zygote installs, and what is needed to talk about the calls it stops.
///
/// Compiled here, on the trusted side: a compiler in a zygote's warm heap costs every run 100 to 430
/// page faults.
package struct SeccompFilter: Sendable, Hashable {
    /// `struct sock_filter` array, ready for seccomp(2).
    package let program: [UInt8]
    package init(program: [UInt8]) { self.program = program }
}

package enum FilterAction: Sendable, Hashable {
    case allow
    /// Asks the supervisor (SECCOMP_RET_USER_NOTIF).
    case notify
    /// Never 0: errno 0 would tell the caller that the call succeeded.
    case error(Int32)
    case killProcess
}

package enum FilterComparison: Sendable, Hashable {
    case equal(UInt64)
    case notEqual(UInt64)
    case atMost(UInt64)
    case atLeast(UInt64)
    case masked(mask: UInt64, value: UInt64)
}

/// `action` for calls of `call` whose arguments meet every condition.
///
/// Several rules for one call are alternatives, the first that holds decides. Comparisons look at all
/// 64 bits of the register: a caller that leaves rubbish in the upper half of an `int` gets the
/// default action, never a wider one.
package struct FilterRule: Sendable, Hashable {
    package var call: String
    package var conditions: [(index: Int, comparison: FilterComparison)]
    package var action: FilterAction
    package init(
        call: String, conditions: [(index: Int, comparison: FilterComparison)], action: FilterAction
    ) {
        self.call = call
        self.conditions = conditions
        self.action = action
    }
    package static func == (left: FilterRule, right: FilterRule) -> Bool {
        left.call == right.call && left.action == right.action
            && left.conditions.elementsEqual(right.conditions) { $0 == $1 }
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(call) }
}
