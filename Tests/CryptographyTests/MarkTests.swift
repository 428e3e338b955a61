import Cryptography
import Testing

@Suite struct MarkTests {
    private let key = [UInt8](repeating: 1, count: 32)

    @Test func `the same effect has the same mark`() {
        let first = Mark.make(key: key, flow: "f", node: "n", itemKey: "k", once: "o")
        let second = Mark.make(key: key, flow: "f", node: "n", itemKey: "k", once: "o")

        #expect(first == second)
        #expect(first.utf8.count == 64)
    }

    @Test func `no field can lend a letter to its neighbour`() {
        let marks = [
            Mark.make(key: key, flow: "ab", node: "c", itemKey: "d", once: "e"),
            Mark.make(key: key, flow: "a", node: "bc", itemKey: "d", once: "e"),
            Mark.make(key: key, flow: "a", node: "b", itemKey: "cd", once: "e"),
            Mark.make(key: key, flow: "a", node: "b", itemKey: "", once: "cde"),
            Mark.make(key: key, flow: "a", node: "b", itemKey: nil, once: "cde"),
            Mark.make(key: [2] + key, flow: "ab", node: "c", itemKey: "d", once: "e"),
        ]

        #expect(Set(marks).count == marks.count)
    }
}
