import SandboxPolicy
import SeccompFilters

@testable import SandboxSupervisor

/// A profile for one language, with what its filter answers to any call: for scripts that have packages
/// apart, where that makes a difference.
struct ProbedProfile: Sendable, CustomStringConvertible {
    /// How a call is answered that no honest argument was given.
    enum Answer: String {
        case allowed
        /// Let through by the supervisor, which counts the threads of a script.
        case counted = "counted"
        case refused = "EPERM"
        case absent = "ENOSYS"
        /// Answered in the kernel without a record: ENOENT, EACCES, ENOTTY or EPERM.
        case hidden = "refused quietly"
        case killed
    }

    /// Where scripts in this language make calls by number.
    static let minusOnes = [UInt64](repeating: .max, count: 6)

    let profile: ResolvedProfile
    let compiled: CompiledProfile
    let hasPackages: Bool

    private init(_ profile: ResolvedProfile, hasPackages: Bool) throws {
        self.profile = hasPackages ? profile : profile.withoutMappedCode
        self.hasPackages = hasPackages
        compiled = try ProfileCompiler.compile(self.profile, ownProcess: 1)
    }

    var description: String {
        "\(profile.name)-\(profile.language.rawValue)" + (hasPackages ? "-packages" : "")
    }

    /// Every profile of the shipped folder in every language that it knows.
    static func all() throws -> [ProbedProfile] {
        let catalogue = try Box.catalogue()
        return try catalogue.names.flatMap { name in
            try catalogue.languages(of: name).flatMap { language -> [ProbedProfile] in
                guard let profile = catalogue.resolve(name, language) else { return [] }
                return try (profile.mapsCode ? [false, true] : [false]).map {
                    try ProbedProfile(profile, hasPackages: $0)
                }
            }
        }
    }

    func answer(to call: UInt32, _ arguments: [UInt64] = Self.minusOnes) -> Answer {
        switch compiled.filter.evaluate(call: call, arguments: arguments) {
        case .allow: .allowed
        case .error(38): .absent
        case .error: .hidden
        case .notify:
            switch compiled.answer(to: call, arguments: arguments) {
            // Let through by the supervisor, which counts them.
            case .startThread, .endThread: .counted
            case .kill: .killed
            case .error(38): .absent
            case .error: .refused
            }
        default: .killed
        }
    }

    /// The calls that are let through whatever their arguments are.
    var unfiltered: [UInt32] {
        SystemCalls.numbers.filter { call in
            Self.samples.allSatisfy { answer(to: call, $0) == .allowed }
        }
    }

    /// The calls that are let through with some arguments only, with an example for each way.
    var filtered: [(call: UInt32, examples: [[UInt64]])] {
        let whole = Set(unfiltered)
        return profile.allowances.compactMap { allowance in
            guard let call = SystemCalls.number(of: allowance.call), !whole.contains(call) else {
                return nil
            }
            return (call, allowance.alternatives.map(Self.example))
        }.sorted { $0.call < $1.call }
    }

    /// Arguments for which every predicate of a way holds, and -1 for all others.
    private static func example(of way: [ArgumentPredicate]) -> [UInt64] {
        var arguments = minusOnes
        for predicate in way { arguments[predicate.index] = 0 }
        for predicate in way {
            let before = arguments[predicate.index]
            arguments[predicate.index] =
                switch predicate.comparison {
                case .equal(let value), .atMost(let value), .atLeast(let value): value
                case .notEqual(let value): value ^ 1
                case .masked(let mask, let value): before & ~mask | value
                case .isOwnProcess: 1
                }
        }
        return arguments
    }

    /// What a call without a condition must all be allowed with.
    private static let samples: [[UInt64]] = {
        var samples = [minusOnes, [UInt64](repeating: 0, count: 6)]
        for bit in stride(from: 0, to: 64, by: 3) {
            samples.append((0..<6).map { 1 << UInt64((bit + $0 * 11) % 64) })
        }
        return samples
    }()
}
