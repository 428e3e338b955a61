import FlowModel
import JSONValue
import TestSupport
import Testing
import YAMLDocuments

/// Files that once were, or could be, trouble: each is read without harm and every fault has a place.
struct CorpusTests {
    static let names = ((try? RepositoryFiles.files(in: folder)) ?? []).map(\.path)
    private static let folder = "Tests/Fixtures/corpus/flow"

    @Test func `there is a corpus`() {
        #expect(Self.names.count >= 15)
    }

    @Test(arguments: names)
    func `a strange file is read or refused with places`(name: String) throws {
        let bytes = try RepositoryFiles.bytes("\(Self.folder)/\(name)")

        let reading = Flow.read(
            bytes, file: name, files: Sample.files, surroundings: try Sample.surroundings())

        #expect((reading.flow == nil) == !name.hasPrefix("accepted"))
        try FaultChecks.check(reading.faults, in: reading.source)
    }
}

enum FaultChecks {
    /// Every fault names a place that is in the file, says something, and can be shown.
    static func check(_ faults: [FlowFault], in source: SourceText) throws {
        for fault in faults {
            #expect((1...source.lineCount).contains(fault.location.line))
            let line = try #require(source.line(fault.location.line))
            #expect((1...(line.unicodeScalars.count + 1)).contains(fault.location.column))
            #expect(!fault.message.isEmpty)
            let rendered = fault.rendered(with: source)
            #expect(rendered.utf8.count < fault.message.utf8.count + 2000)
        }
    }
}

struct MutationTests {
    @Test(arguments: ["review", "every kind"], 0..<4)
    func `damaged flows never crash and their faults have places`(name: String, seed: Int) throws {
        let text = name == "review" ? WholeFlow.review : WholeFlow.everyKind
        var generator = SeededGenerator(seed: UInt64(seed + 77))
        let original = Array(text.utf8)
        let surroundings = try Sample.surroundings()
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                Self.damage(&bytes, using: &generator)
            }

            let reading = Flow.read(
                bytes, file: "flow.yaml", files: Sample.files, surroundings: surroundings)

            #expect((reading.flow == nil) == !reading.faults.isEmpty)
            try FaultChecks.check(reading.faults, in: reading.source)
        }
    }

    @Test func `damaged expressions never crash and say where they are wrong`() throws {
        var generator = SeededGenerator(seed: 5)
        let original = Array(
            "format('{0} x', nodes.a-b?.output['k'][2]) == \"é\\u00e9\" && !(1.5 < length(inputs.l))"
                .unicodeScalars)
        let spare = Array("(){}[]'\"\\&|!<>=.,?-+0aé nodes".unicodeScalars)
        for _ in 0..<5000 {
            var scalars = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<scalars.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: scalars.remove(at: index)
                case 1: scalars[index] = spare.randomElement(using: &generator) ?? " "
                default:
                    scalars.insert(spare.randomElement(using: &generator) ?? " ", at: index)
                }
            }
            let source = String(String.UnicodeScalarView(scalars))
            do {
                _ = try Expression.parse(source)
            } catch {
                #expect((1...(scalars.count + 1)).contains(error.location.column))
            }
        }
    }

    private static func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert(UInt8.random(in: 32...126, using: &generator), at: index)
        case 2: bytes.remove(at: index)
        case 3: bytes.removeLast(min(bytes.count - 1, Int.random(in: 1...200, using: &generator)))
        case 4:
            let place = Int.random(in: 0..<lines.count, using: &generator)
            var kept = lines
            kept.remove(at: place)
            if !kept.isEmpty { bytes = Array(kept.joined(separator: [UInt8(ascii: "\n")])) }
        default:
            let (one, two) = (
                Int.random(in: 0..<lines.count, using: &generator),
                Int.random(in: 0..<lines.count, using: &generator)
            )
            var swapped = lines
            swapped.swapAt(one, two)
            bytes = Array(swapped.joined(separator: [UInt8(ascii: "\n")]))
        }
        if bytes.isEmpty { bytes = [UInt8(ascii: "a")] }
    }
}

/// Random numbers that are the same in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct LargeFlowTests {
    @Test func `a file of nothing but faults is answered with the first of them`() throws {
        var text = "flow: sample\nnodes:\n"
        for number in 0..<20_000 {
            text += "  n\(number): {set: \"${{ nodes.m\(number).output }}\"}\n"
        }
        text += "outputs:\n"
        for number in 0..<2_000 { text += "  o\(number): \"${{ nodes.m\(number).output }}\"\n" }

        let reading = try Sample.read(text)

        #expect(reading.faults.count == 201)
        #expect(reading.faults.contains { $0.message.hasPrefix("there are more than 200 faults") })
    }

    @Test func `the largest flow is read`() throws {
        var text = "flow: sample\nnodes:\n  n0: {set: 1}\n"
        for number in 1..<500 {
            text +=
                "  n\(number): {set: \"${{ nodes.n\(number - 1).output }} ${{ nodes.n0.output }}\"}\n"
        }

        let reading = try Sample.read(text)

        #expect(reading.faults == [])
        #expect(reading.flow?.nodes.count == 500)
    }
}
