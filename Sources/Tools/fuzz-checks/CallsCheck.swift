import FlowModel
package import SandboxPolicy
import SandboxSupervisor
import SeccompFilters

/// What a script can make of system calls: any numbers and registers, in any order.
package struct CallsCheck: Sendable {
    private let compiled: CompiledProfile
    private let catalogue: ProfileCatalogue
    private let bases: [ProfileCatalogue.File]
    private let names: ProfileNames

    /// The profile `pure` of `catalogue`, and the files of the bases that it extends.
    package init(
        catalogue: ProfileCatalogue, bases: [ProfileCatalogue.File]
    ) throws {
        guard let pure = catalogue.resolve(ProfileName("pure"), .python) else {
            throw ProfileNames.Missing()
        }
        compiled = try ProfileCompiler.compile(pure, ownProcess: 1)
        self.catalogue = catalogue
        self.bases = bases
        names = ProfileNames()
    }

    /// What is wrong with the answers; empty when nothing is.
    package func faults(_ bytes: [UInt8]) -> [String] {
        var reader = ByteReader(bytes)
        let entries = Int(reader.byte()) % 8 + 1
        let asksForFragment = reader.byte() % 4 == 0
        var calls: [RefusedCall] = []
        while !reader.isAtEnd, calls.count < 200 { calls.append(call(&reader)) }
        var faults: [String] = []
        for call in calls {
            let answer = compiled.answer(to: call.number, arguments: call.registers)
            if case .error(let number) = answer, number <= 0 {
                faults.append("\(call) is answered \(number)")
            }
            if compiled.allows([call]), ProfileCompiler.neverInFilter.contains(call.call ?? "") {
                faults.append("\(call) is let through")
            }
        }
        let profile = compiled.profile
        let denials = UntrustedBytes.denials(calls, under: profile, entries: entries)
        if denials.map(\.count).reduce(0, +) != calls.count {
            faults.append("\(calls.count) calls are counted as \(denials.map(\.count))")
        }
        if denials.contains(where: { $0.meaning.isEmpty || $0.syscall.isEmpty || $0.count < 1 }) {
            faults.append("a denial says nothing")
        }
        return asksForFragment ? faults + fragmentFaults(calls) : faults
    }

    private func call(_ reader: inout ByteReader) -> RefusedCall {
        // Two bytes for numbers that exist, and any number at all.
        let short = reader.number(bytes: 2)
        let number = short == 0xffff ? UInt32(reader.number(bytes: 4)) : UInt32(short % 600)
        let registers = (0..<6).map { _ -> UInt64 in
            switch reader.byte() {
            case 255: reader.number(bytes: 8)
            case 254: reader.number(bytes: 4)
            case 253: reader.number(bytes: 2)
            case let small: UInt64(small)
            }
        }
        return RefusedCall(
            call: SystemCalls.name(of: number), number: number, registers: registers, count: 1)
    }

    /// The fragment for refused calls loads once its reasons are written, and then allows them.
    private func fragmentFaults(_ calls: [RefusedCall]) -> [String] {
        // What the filter answers by itself never reaches the supervisor.
        let refused = calls.filter {
            compiled.filter.evaluate(call: $0.number, arguments: $0.registers) == .notify
        }
        let needs = ScriptNeeds(
            of: refused, under: compiled.profile, never: ProfileCompiler.neverInFilter,
            profiles: catalogue.names)
        guard let text = ProfileFragment.text(of: needs, in: catalogue, script: names.script) else {
            return []
        }
        let complete = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0 == "      reason:" ? "      reason: Fuzzed." : String($0) }
            .joined(separator: "\n")
        do {
            let file = ProfileCatalogue.File(path: names.file, bytes: Array(complete.utf8))
            let loaded = try ProfileCatalogue.load(bases + [file])
            guard let profile = loaded.resolve(names.profile, .python) else {
                return ["the fragment has no profile '\(names.profile)'"]
            }
            let wider = try ProfileCompiler.compile(profile, ownProcess: 1)
            let grantable = Set(
                needs.needs.filter { $0.verdict == .grantable }.map(\.syscall))
            return refused.filter { grantable.contains($0.call ?? "") && !wider.allows([$0]) }
                .map { "the fragment does not allow \($0)" }
        } catch {
            return ["the fragment does not load: \(error)\n\(complete)"]
        }
    }
}

/// What the fragment of the fuzzer's script is called.
struct ProfileNames: Sendable {
    struct Missing: Error {}
    let script = "fuzzed.py"
    let profile = ProfileName("pure-for-fuzzed")
    let file = "pure-for-fuzzed.yaml"
}
