import FlowModel
import SandboxPolicy
import SeccompFilters

/// Denied calls in words.
struct DenialList {
    let profile: ResolvedProfile

    /// Calls that read the same are one entry, in order of first appearance.
    func denials(_ calls: [(call: DeniedCall, count: Int)]) -> [Denial] {
        var list: [Denial] = []
        for (call, count) in calls {
            let next = denial(call, count: count)
            if let place = list.firstIndex(where: { $0.meaning == next.meaning }) {
                list[place].count += count
            } else {
                list.append(next)
            }
        }
        return list
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
