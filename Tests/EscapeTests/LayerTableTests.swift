import Foundation
import SandboxPolicy
import TestSupport
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
        let page = LayerTableText(programs: programs, table: pure).page
        let nodePage = LayerTableText(programs: forNode, table: node).nodePage
        if try Self.nodeRelease() == Self.writtenWith {
            expect(page + nodePage, toBe: LayerTableText.path)
        } else {
            let known = String(
                decoding: try RepositoryFiles.bytes(LayerTableText.path), as: UTF8.self)
            #expect(known.hasPrefix(page), "\(LayerTableText.path) differs above Node.js")
        }
    }

    /// The release of Node.js that the page was written with: others reach the same by other calls, so that
    /// their columns differ although every property is held.
    private static let writtenWith = "20"

    private static func nodeRelease() throws -> String {
        let node = Process()
        let output = Pipe()
        node.executableURL = URL(fileURLWithPath: "/usr/bin/node")
        node.arguments = ["-p", "parseInt(process.versions.node)"]
        node.standardOutput = output
        try node.run()
        node.waitUntilExit()
        return String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
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
