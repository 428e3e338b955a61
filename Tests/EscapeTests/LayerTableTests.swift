import Testing

/// Every program with every layer, with each single layer taken away, with none, and by itself.
@Suite struct LayerTableTests {
    @Test func `every property holds and is seen to fail where nothing holds it`() async throws {
        let programs = try EscapeProgram.all()
        let table = try await Surroundings.with { surroundings in
            var table = LayerTable()
            async let plain = LayerTable.run(programs, under: .nothing, in: surroundings)
            for holding in Holding.allCases where holding != .nothing {
                table.add(
                    try await LayerTable.run(programs, under: holding, in: surroundings),
                    under: holding)
            }
            table.add(try await plain, under: .nothing)
            return table
        }

        for program in programs {
            let held = try #require(table.verdict(of: program, under: .allLayers))
            #expect(!held.isBreach, "\(program.path): \(held.detail)")
            #expect(
                Holding.allCases.contains { table.isBreached(program, under: $0) },
                "\(program.path) succeeds nowhere, so that holding it shows nothing")
            for holding in Holding.allCases {
                let verdict = try #require(table.verdict(of: program, under: holding))
                #expect(
                    !verdict.isMistake,
                    "\(program.path), \(holding.rawValue): \(verdict.detail)")
            }
        }
        expect(LayerTableText(programs: programs, table: table).page, toBe: LayerTableText.path)
    }
}
