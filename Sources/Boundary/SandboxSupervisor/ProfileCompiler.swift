package import SandboxPolicy
package import SeccompFilters

/// What the supervisor does with a notified call that nothing else explains.
package enum CallAnswer: Sendable, Hashable {
    /// Record the call and answer this errno, never 0.
    case error(Int32)
    /// Record the call and kill the process.
    case kill
    /// Let it happen and count one thread more, if the limit of processes leaves room.
    case startThread
    /// Let it happen and count one thread less.
    case endThread
}

/// A profile as bytes for the zygote and answers for the supervisor.
package struct CompiledProfile: Sendable {
    package let profile: ResolvedProfile
    package let filter: SeccompFilter
    private let answers: [UInt32: [(ways: [[ArgumentPredicate]], answer: CallAnswer)]]
    /// The exact flags by which scripts may start threads; nil when they may not.
    private let threadFlags: Set<UInt64>?

    package var hasThreads: Bool { threadFlags != nil }

    fileprivate init(
        profile: ResolvedProfile, filter: SeccompFilter, threadFlags: Set<UInt64>?,
        answers: [UInt32: [(ways: [[ArgumentPredicate]], answer: CallAnswer)]]
    ) {
        self.profile = profile
        self.filter = filter
        self.threadFlags = threadFlags
        self.answers = answers
    }

    /// The answer to a call that the filter does not allow: EPERM unless the profile says else, and
    /// ENOSYS to a number that no known call has.
    package func answer(to call: UInt32, arguments: [UInt64]) -> CallAnswer {
        if let threadFlags {
            if call == ProfileCompiler.clone, let flags = arguments.first,
                threadFlags.contains(flags)
            {
                return .startThread
            }
            if call == ProfileCompiler.exit { return .endThread }
        }
        for (ways, answer) in answers[call] ?? []
        where ways.isEmpty || ways.contains(where: { Self.hold($0, arguments) }) {
            return answer
        }
        return SystemCalls.name(of: call) == nil
            ? .error(ProfileCompiler.noSuchCall) : .error(ProfileCompiler.operationNotPermitted)
    }

    /// Whether a script process may make each of these calls, by the filter alone or as a thread that
    /// begins or ends.
    package func allows(_ calls: [RefusedCall]) -> Bool {
        calls.allSatisfy { call in
            filter.evaluate(call: call.number, arguments: call.registers) == .allow
                || [.startThread, .endThread].contains(
                    answer(to: call.number, arguments: call.registers))
        }
    }

    private static func hold(_ way: [ArgumentPredicate], _ arguments: [UInt64]) -> Bool {
        way.allSatisfy { predicate in
            guard arguments.indices.contains(predicate.index) else { return false }
            let value = arguments[predicate.index]
            return switch predicate.comparison {
            case .equal(let wanted): value == wanted
            case .notEqual(let wanted): value != wanted
            case .atMost(let wanted): value <= wanted
            case .atLeast(let wanted): value >= wanted
            case .masked(let mask, let wanted): value & mask == wanted
            case .isOwnProcess: false
            }
        }
    }
}

/// Turns a resolved profile into filter bytes and a table of answers.
package enum ProfileCompiler {
    static let operationNotPermitted: Int32 = 1
    static let noSuchCall: Int32 = 38
    static let clone = SystemCalls.number(of: "clone")
    static let exit = SystemCalls.number(of: "exit")
    private static let numbers: [String: Int32] = [
        "EPERM": operationNotPermitted, "ENOENT": 2, "EACCES": 13, "ENOTTY": 25,
        "ENOSYS": noSuchCall,
    ]
    /// Calls that no filter for scripts may let through: with them a process leaves the supervisor's
    /// sight or changes the rules it lives under.
    package static let neverInFilter: Set<String> = [
        "exit_group", "exit", "clone", "clone3", "fork", "vfork", "capset", "prctl", "seccomp",
        "execve",
        "execveat", "ptrace",
    ]

    /// `ownProcess` is the id that the script process has for itself: 1 in its own namespace, nil
    /// without one, when rules about it are left out and the supervisor decides.
    ///
    /// Throws when the profile lets through a call that would end the supervisor's control.
    package static func compile(
        _ profile: ResolvedProfile, ownProcess: UInt64?
    ) throws(SandboxSetupError) -> CompiledProfile {
        func failure(_ cause: String) -> SandboxSetupError {
            SandboxSetupError(
                act: "compile the filter", profile: profile.name, cause: cause,
                hint: "correct the profile's file and run 'sluice explain \(profile.name)'")
        }
        var rules: [FilterRule] = []
        var answers: [UInt32: [(ways: [[ArgumentPredicate]], answer: CallAnswer)]] = [:]
        let allowed = Set(profile.allowances.map(\.call))
        let threadFlags: Set<UInt64>?
        do throws(ThreadStart.Fault) {
            threadFlags = try ThreadStart.flags(of: profile)
        } catch {
            throw failure(error.words)
        }
        // What is refused under a condition stands before what the same call may do otherwise.
        for refusal in profile.refusals {
            let answer = callAnswer(refusal.answer)
            if let number = SystemCalls.number(of: refusal.call) {
                answers[number, default: []].append((refusal.alternatives, answer))
            }
            let ways = refusal.alternatives.isEmpty ? [[]] : refusal.alternatives
            if refusal.isQuiet, case .error(let errno) = answer {
                rules += self.rules(refusal.call, ways, .error(errno), ownProcess)
            } else if allowed.contains(refusal.call) {
                rules += self.rules(refusal.call, ways, .notify, ownProcess)
            }
        }
        for allowance in profile.allowances where !["clone", "exit"].contains(allowance.call) {
            // SECURITY: no profile, however it was written, lets a script out of the notifications.
            guard !neverInFilter.contains(allowance.call) else {
                throw failure("'\(allowance.call)' can be allowed to no script")
            }
            let ways = allowance.alternatives.isEmpty ? [[]] : allowance.alternatives
            rules += self.rules(allowance.call, ways, .allow, ownProcess)
        }
        do throws(FilterError) {
            let filter = try SeccompFilter.compile(defaultAction: .notify, rules: rules)
            return CompiledProfile(
                profile: profile, filter: filter, threadFlags: threadFlags, answers: answers)
        } catch {
            throw failure(error.description)
        }
    }

    /// Calls that this architecture does not have need no rule.
    private static func rules(
        _ call: String, _ ways: [[ArgumentPredicate]], _ action: FilterAction, _ ownProcess: UInt64?
    ) -> [FilterRule] {
        guard SystemCalls.number(of: call) != nil else { return [] }
        return ways.compactMap { way in
            var conditions: [(index: Int, comparison: FilterComparison)] = []
            for predicate in way {
                let comparison: FilterComparison
                switch predicate.comparison {
                case .equal(let value): comparison = .equal(value)
                case .notEqual(let value): comparison = .notEqual(value)
                case .atMost(let value): comparison = .atMost(value)
                case .atLeast(let value): comparison = .atLeast(value)
                case .masked(let mask, let value):
                    comparison = .masked(mask: mask, value: value)
                case .isOwnProcess:
                    guard let ownProcess else { return nil }
                    comparison = .equal(ownProcess)
                }
                conditions.append((predicate.index, comparison))
            }
            return FilterRule(call: call, conditions: conditions, action: action)
        }
    }

    private static func callAnswer(_ answer: RefusalAnswer) -> CallAnswer {
        switch answer {
        case .kill: .kill
        case .error(let name): .error(numbers[name] ?? operationNotPermitted)
        }
    }
}

extension ProfileCatalogue {
    /// Reads the profiles of a folder with the names of calls that this program knows.
    package static func load(_ files: [File]) throws(PolicyError) -> ProfileCatalogue {
        try load(files, knownCalls: SystemCalls.knownNames)
    }
}
