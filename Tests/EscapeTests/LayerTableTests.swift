import SandboxPolicy
import Testing

/// Every program with every layer, with each single layer taken away, with none, and by itself.
@Suite struct LayerTableTests {
    @Test func `every property holds and is seen to fail where nothing holds it`() async throws {
        let programs = try EscapeProgram.all()
        let forNode = programs.filter { $0.language == .javascript }
        let (pure, node) = try await Surroundings.with { surroundings in
            async let plain = LayerTable.run(programs, under: .nothing, in: surroundings)
            var pure = try await LayerTable.inBoxes(programs, profile: "pure", in: surroundings)
            var node = try await LayerTable.inBoxes(forNode, profile: "node", in: surroundings)
            pure.add(try await plain, under: .nothing)
            node.add(try await plain, under: .nothing)
            return (pure, node)
        }

        check(pure, of: programs, given: [])
        check(node, of: forNode, given: OtherProfileTests.given["node"] ?? [])
        expect(
            LayerTableText(programs: programs, table: pure).page
                + LayerTableText(programs: forNode, table: node).nodePage, toBe: LayerTableText.path
        )
    }

    private func check(_ table: LayerTable, of programs: [EscapeProgram], given: Set<String>) {
        for program in programs {
            let held = table.verdict(of: program, under: .allLayers)
            #expect(
                held?.isBreach == given.contains(program.path),
                "\(program.path): \(held?.detail ?? "")")
            #expect(
                Holding.allCases.contains { table.isBreached(program, under: $0) },
                "\(program.path) succeeds nowhere, so that holding it shows nothing")
            for holding in Holding.allCases {
                let verdict = table.verdict(of: program, under: holding)
                #expect(
                    verdict?.isMistake == false,
                    "\(program.path), \(holding.rawValue): \(verdict?.detail ?? "")")
            }
        }
    }
}
