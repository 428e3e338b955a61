import TestSupport
import Testing
import YAMLDocuments

@testable import SandboxPolicy

@Suite struct ProfileRobustnessTests {
    @Test(arguments: ScriptLanguage.allCases)
    func `a condition that is written out reads back as itself`(language: ScriptLanguage) throws {
        let shipped = try PolicyFixtures.shipped()
        let profiles = shipped.names.compactMap { shipped.resolve($0, language) }
        for allowance in profiles.flatMap(\.allowances) {
            guard let text = PredicateText.text(of: allowance.alternatives, call: allowance.call)
            else { continue }

            let read = try text.split(separator: " or ").flatMap {
                try PredicateParser.alternatives(of: String($0), call: allowance.call)
            }

            #expect(read == allowance.alternatives, "\(allowance.call): \(text)")
        }
    }

    /// Damaged copies of the shipped files, made from a fixed seed.
    @Test(arguments: 0..<8)
    func `a damaged file is told or harmless and never allows more`(seed: UInt64) throws {
        let files = try RepositoryFiles.files(in: "sandbox-profiles")
            .filter { $0.path.hasSuffix(".yaml") }
        let sound = try #require(
            try PolicyFixtures.shipped().resolve(ProfileName("pure"), .python))
        var random = Generator(state: seed &* 0x9e37_79b9 &+ 1)
        var refused = 0
        for _ in 0..<40 {
            var damaged = files.map { ProfileCatalogue.File(path: $0.path, bytes: $0.bytes) }
            let victim = Int(random.next() % UInt64(damaged.count))
            damaged[victim] = ProfileCatalogue.File(
                path: damaged[victim].path, bytes: random.damage(damaged[victim].bytes))
            do throws(PolicyError) {
                let catalogue = try ProfileCatalogue.load(
                    damaged, knownCalls: PolicyFixtures.knownCalls)
                let pure = catalogue.resolve(ProfileName("pure"), .python)
                // Lines may be lost and words changed, but no new call appears from nowhere.
                let calls = Set(pure?.allowances.map(\.call) ?? [])
                let known = Set(sound.allowances.map(\.call))
                #expect(calls.subtracting(known).count <= 1, "\(calls.subtracting(known))")
                #expect(!calls.contains("exit_group"))
            } catch {
                refused += 1
                #expect(!error.faults.isEmpty)
                #expect(error.faults.allSatisfy { $0.location.line > 0 && !$0.message.isEmpty })
            }
        }
        #expect(refused > 0)
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 17
        }

        /// Cuts, doubles or overwrites a few bytes.
        mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
            var result = bytes
            let place = Int(next() % UInt64(result.count))
            let length = min(Int(next() % 40) + 1, result.count - place)
            switch next() % 3 {
            case 0: result.removeSubrange(place..<(place + length))
            case 1: result.insert(contentsOf: result[place..<(place + length)], at: place)
            default: result[place] = UInt8(truncatingIfNeeded: next())
            }
            return result
        }
    }
}
