package import SandboxPolicy
import SandboxSupervisor
import SeccompFilters
import YAMLDocuments

/// A file of `sandbox-profiles/` with any bytes: clear faults, or filters that allow what it says and
/// never what no script may have.
package struct ProfileCheck: Sendable {
    private let bases: [ProfileCatalogue.File]
    private let profile: ProfileCatalogue.File

    /// `profile` is a sound one for inputs that are a base.
    package init(bases: [ProfileCatalogue.File], profile: ProfileCatalogue.File) {
        self.bases = bases
        self.profile = profile
    }

    /// What is wrong with the answer; empty when nothing is.
    package func faults(_ bytes: [UInt8]) -> [String] {
        var files = bases
        if bytes.starts(with: Array("base:".utf8)) {
            files.removeAll { $0.path == "base/python.yaml" }
            files += [.init(path: "base/python.yaml", bytes: bytes), profile]
        } else {
            files.append(.init(path: "small.yaml", bytes: bytes))
        }
        do throws(PolicyError) {
            return faults(in: try ProfileCatalogue.load(files))
        } catch {
            return error.faults.isEmpty || error.faults.contains { !Self.isClear($0) }
                ? ["a fault is unclear: \(error)"] : []
        }
    }

    private static func isClear(_ fault: PolicyFault) -> Bool {
        fault.location.line >= 1 && fault.location.column >= 1 && !fault.message.isEmpty
            && !fault.file.isEmpty
    }

    private func faults(in catalogue: ProfileCatalogue) -> [String] {
        _ = ProfileTable.markdown(of: catalogue)
        return catalogue.names.flatMap { name -> [String] in
            if ProfileExplanation.text(catalogue, name) == nil { return ["'\(name)' has no text"] }
            return ScriptLanguage.allCases.flatMap { language -> [String] in
                guard let profile = catalogue.resolve(name, language) else { return [] }
                return faults(of: profile, ownProcess: 1) + faults(of: profile, ownProcess: nil)
            }
        }
    }

    private func faults(of profile: ResolvedProfile, ownProcess: UInt64?) -> [String] {
        let compiled: CompiledProfile
        do throws(SandboxSetupError) {
            compiled = try ProfileCompiler.compile(profile, ownProcess: ownProcess)
        } catch {
            return "\(error)".isEmpty ? ["a profile does not compile and nobody says why"] : []
        }
        let reference = FilterReference(profile: profile, ownProcess: ownProcess)
        var faults: [String] = []
        for number in SystemCalls.numbers {
            let name = SystemCalls.name(of: number) ?? ""
            for registers in reference.registers(for: name) {
                let verdict = compiled.filter.evaluate(call: number, arguments: registers)
                if verdict == .allow, ProfileCompiler.neverInFilter.contains(name) {
                    faults.append("\(name) is let through with \(registers)")
                }
                let expected = reference.verdict(name, registers)
                if verdict != expected {
                    faults.append("\(name)\(registers) is \(verdict), not \(expected)")
                }
            }
        }
        for number in [0x4000_0000, 0x4000_0001, 0xffff_ffff] as [UInt32]
        where compiled.filter.evaluate(call: number) != .killProcess {
            faults.append("an x32 call does not kill")
        }
        return faults
    }
}

/// What a filter must answer, read from the profile as a person would.
struct FilterReference {
    let profile: ResolvedProfile
    /// The id that stands for `SELF`; nil when rules about it are left out.
    let ownProcess: UInt64?
    private let allowances: [String: [Allowance]]
    private let refusals: [String: [Refusal]]

    init(profile: ResolvedProfile, ownProcess: UInt64?) {
        self.profile = profile
        self.ownProcess = ownProcess
        allowances = Dictionary(grouping: profile.allowances, by: \.call)
        refusals = Dictionary(grouping: profile.refusals, by: \.call)
    }

    func verdict(_ call: String, _ registers: [UInt64]) -> FilterVerdict {
        let allowed = allowances[call] ?? []
        for refusal in refusals[call] ?? [] where holds(refusal.alternatives, registers) {
            if refusal.isQuiet, case .error(let name) = refusal.answer {
                return .error(Self.numbers[name] ?? 0)
            }
            if !allowed.isEmpty { return .notify }
        }
        if ProfileCompiler.neverInFilter.contains(call) { return .notify }
        return allowed.contains { holds($0.alternatives, registers) } ? .allow : .notify
    }

    private static let numbers: [String: Int32] = [
        "EPERM": 1, "ENOENT": 2, "EACCES": 13, "ENOTTY": 25, "ENOSYS": 38,
    ]

    private func holds(_ ways: [[ArgumentPredicate]], _ registers: [UInt64]) -> Bool {
        ways.isEmpty || ways.contains { way in way.allSatisfy { holds($0, registers) } }
    }

    private func holds(_ predicate: ArgumentPredicate, _ registers: [UInt64]) -> Bool {
        let value = registers[predicate.index]
        return switch predicate.comparison {
        case .equal(let wanted): value == wanted
        case .notEqual(let wanted): value != wanted
        case .atMost(let wanted): value <= wanted
        case .atLeast(let wanted): value >= wanted
        case .masked(let mask, let wanted): value & mask == wanted
        case .isOwnProcess: ownProcess.map { value == $0 } ?? false
        }
    }

    /// Registers at the edges of the conditions on a call, and none.
    func registers(for call: String) -> [[UInt64]] {
        var sets = [[UInt64]](repeating: [UInt64](repeating: 0, count: 6), count: 1)
        let ways =
            (allowances[call] ?? []).flatMap(\.alternatives)
            + (refusals[call] ?? []).flatMap(\.alternatives)
        for way in ways.prefix(12) {
            var meeting = [UInt64](repeating: 0, count: 6)
            for predicate in way { meeting[predicate.index] = Self.edge(predicate.comparison) }
            sets.append(meeting)
            for predicate in way {
                let edge = Self.edge(predicate.comparison)
                for value in [edge &+ 1, edge &- 1, ~edge, edge | 1 << 32, edge ^ 4, .max] {
                    var missing = meeting
                    missing[predicate.index] = value
                    sets.append(missing)
                }
            }
        }
        return sets
    }

    private static func edge(_ comparison: ArgumentPredicate.Comparison) -> UInt64 {
        switch comparison {
        case .equal(let value), .atMost(let value), .atLeast(let value): value
        case .notEqual(let value): value &+ 1
        case .masked(_, let value): value
        case .isOwnProcess: 1
        }
    }
}
