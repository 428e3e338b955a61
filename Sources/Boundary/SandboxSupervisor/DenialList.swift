import FlowModel
import SandboxPolicy
import SeccompFilters

/// Denied calls in words.
struct DenialList {
    let profile: ResolvedProfile

    /// Calls that read the same are one entry, in order of first appearance; then one entry for each
    /// call that was made in more ways than are kept.
    func denials(_ calls: DeniedCalls) -> [Denial] {
        var list: [Denial] = []
        var places: [String: Int] = [:]
        func add(_ next: Denial) {
            if let place = places[next.meaning] {
                list[place].count += next.count
            } else {
                places[next.meaning] = list.count
                list.append(next)
            }
        }
        for entry in calls.list { add(denial(entry.call, count: entry.count)) }
        for (number, count) in calls.unlisted { add(unlisted(number, count: count)) }
        return list
    }

    /// More calls of one name than are listed one by one.
    private func unlisted(_ number: Int32, count: Int) -> Denial {
        let call = UInt32(bitPattern: number)
        return denial(
            DenialWords.describeUnlisted(
                call: SystemCalls.name(of: call), number: call, profile: profile), count: count)
    }

    /// What ends a script that goes on making refused calls.
    func flood(_ call: DeniedCall, calls: Int) -> Denial {
        var denial = denial(call)
        denial.meaning += "; this was its refused call number \(calls), and no script may make more"
        return denial
    }

    /// The refusal of an executable mapping, which an engine takes for a want of memory.
    func refusedMapping(_ calls: DeniedCalls) -> Denial? {
        let executable: UInt64 = 4  // PROT_EXEC
        for entry in calls.list where entry.call.arguments.count > 2 {
            let (call, count) = (entry.call, entry.count)
            let name = SystemCalls.name(of: UInt32(bitPattern: call.number))
            if name == "mmap" || name == "mprotect", call.arguments[2] & executable != 0 {
                return denial(call, count: count)
            }
        }
        return nil
    }

    func denial(_ call: DeniedCall, count: Int = 1) -> Denial {
        let number = UInt32(bitPattern: call.number)
        return denial(
            DenialWords.describe(
                call: SystemCalls.name(of: number), number: number, registers: call.arguments,
                profile: profile), count: count)
    }

    /// A call of another architecture, which the filter answers with SIGSYS.
    var foreignCall: Denial { denial(DenialWords.describeForeignCall(profile: profile), count: 1) }

    private func denial(_ call: DescribedCall, count: Int) -> Denial {
        Denial(
            syscall: call.name, arguments: call.arguments, meaning: call.meaning, count: count)
    }
}
