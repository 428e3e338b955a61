internal import FlowModel
internal import Journal

/// What the queue holds in memory: the runs that are being driven, and nothing of those that wait.
struct QueueState {
    struct Driven {
        let flow: String
        let group: String?
    }

    var rule: QueueRule
    private(set) var driven: [RunID: Driven] = [:]
    private var count: [String: Int] = [:]
    /// Moments at which runs of a flow began, as far back as its rate looks.
    private var starts: [String: [Moment]] = [:]
    /// When each flow was last given a place; of two with as many runs, who waits longer is next.
    private var served: [String: Int] = [:]
    private var turn = 0
    /// Runs that another process drives, and when to look at them again.
    var foreign: [RunID: Moment] = [:]
    /// Why nothing is begun: the journal cannot be written.
    var fault: QueueFault?
    var failuresInARow = 0
    var isDraining = false
    /// About how many wait; the journal is asked now and then.
    var queued = 0

    init(rule: QueueRule) { self.rule = rule }

    var free: Int { max(rule.runsAtOnce - driven.count, 0) }

    /// What the journal is asked for; nil when nothing could be begun.
    mutating func question(at now: Moment) -> ReadyQuestion? {
        guard !isDraining, free > 0, fault == nil else { return nil }
        foreign = foreign.filter { $0.value > now }
        var allowances: [String: Int] = [:]
        for flow in Set(count.keys).union(starts.keys) {
            allowances[flow] = allowance(of: flow, at: now)
        }
        // A flow whose limits are narrower than all others' may never have run.
        let most = min(free, rule.mostOfOne)
        return ReadyQuestion(
            now: now, allowances: allowances, others: most,
            excluding: Set(driven.keys).union(foreign.keys))
    }

    /// How many more runs of a flow may begin now.
    private mutating func allowance(of flow: String, at now: Moment) -> Int {
        let limits = rule.limits(of: flow)
        var allowance = limits.runsAtOnce - count[flow, default: 0]
        if let rate = limits.rate {
            let recent = starts[flow, default: []].filter { $0 + rate.within > now }
            starts[flow] = recent.isEmpty ? nil : recent
            allowance = min(allowance, rate.starts - recent.count)
        }
        return max(min(allowance, free), 0)
    }

    /// When a flow that has used up its rate may begin the next run.
    func nextStart(after now: Moment) -> Moment? {
        starts.compactMap { flow, moments -> Moment? in
            guard let rate = rule.limits(of: flow).rate, moments.count >= rate.starts,
                let first = moments.first
            else { return nil }
            return first + rate.within
        }.filter { $0 > now }.min()
    }

    /// Chooses among ready runs, one flow after the other, and counts them as driven.
    mutating func take(_ ready: [ReadyRun], at now: Moment) -> [ReadyRun] {
        var queues: [String: ArraySlice<ReadyRun>] = Dictionary(grouping: ready, by: \.flow)
            .mapValues { $0[...] }
        var taken: [ReadyRun] = []
        while free > 0, let flow = neediest(Array(queues.keys)) {
            guard let run = queues[flow]?.popFirst() else {
                queues[flow] = nil
                continue
            }
            // What has begun waits for no rate, but shares the places like all others.
            let mayGoOn = run.hasBegun && count[flow, default: 0] < rule.mostOfOne
            guard mayGoOn || allowance(of: flow, at: now) > 0 else {
                queues[flow] = queues[flow]?.filter { $0.hasBegun && !run.hasBegun }[...]
                continue
            }
            if driven[run.id] != nil || isBusy(run) { continue }
            turn += 1
            served[flow] = turn
            driven[run.id] = Driven(flow: flow, group: run.group)
            count[flow, default: 0] += 1
            if !run.hasBegun {
                queued = max(queued - 1, 0)
                if rule.limits(of: flow).rate != nil { starts[flow, default: []].append(now) }
            }
            taken.append(run)
        }
        return taken
    }

    private func neediest(_ flows: [String]) -> String? {
        flows.min { left, right in
            let (first, second) = (count[left, default: 0], count[right, default: 0])
            return first == second
                ? served[left, default: 0] < served[right, default: 0] : first < second
        }
    }

    /// Of two queued runs of one group, the first may be on its way and not yet `running`.
    private func isBusy(_ run: ReadyRun) -> Bool {
        guard let group = run.group, !run.hasBegun else { return false }
        return driven.values.contains { $0.flow == run.flow && $0.group == group }
    }

    mutating func leave(_ id: RunID) {
        guard let run = driven.removeValue(forKey: id) else { return }
        let left = count[run.flow, default: 1] - 1
        count[run.flow] = left > 0 ? left : nil
        if served.count > 10_000 { served = [:] }
    }
}
