import Testing
import YAMLDocuments

struct YAMLMutationTests {
    private static let sample = """
        flow: sample
        nodes:
          a: {script: a.js, input: {x: "${{ trigger.body }}"}}
          b:
            text: |
              some é text
                more
            list: [1, 'two', "th\\u0072ee"]
        """

    @Test func `mutated bytes never crash and an error has a place in the file`() {
        var generator = SplitMix(seed: 20_260_101)
        let original = Array(Self.sample.utf8)
        for _ in 0..<4000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(UInt8.random(in: 9...126, using: &generator), at: index)
                case 2 where bytes.count > 1: bytes.remove(at: index)
                default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &generator))
                }
            }
            do {
                let node = try YAMLNode.parse(bytes)
                checkPlaces(node, SourceText(bytes))
            } catch {
                #expect(error.location.line >= 1 && error.location.column >= 1)
                #expect(error.location.line <= SourceText(bytes).lineCount)
                #expect(!error.message.isEmpty)
            }
        }
    }

    private func checkPlaces(_ node: YAMLNode, _ source: SourceText) {
        switch node.content {
        case .scalar(let text, _):
            #expect(ScalarPlaces.of(node, in: source).count == text.unicodeScalars.count + 1)
        case .sequence(let elements): for element in elements { checkPlaces(element, source) }
        case .mapping(let members): for member in members { checkPlaces(member.value, source) }
        }
    }
}

/// Numbers that are the same in every run of the test.
struct SplitMix: RandomNumberGenerator {
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
