/// Names a step within its run: `review[a.py:3]` is the item `a.py:3` of node `review`,
/// `each[web]/deploy` the node `deploy` of the sub-flow that item `web` of `each` runs.
///
/// `%`, `]` and control characters of an item's key are written `%25`, `%5D` and so on, so that
/// different steps never share a path.
package struct StepPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// The path as a person or the journal wrote it.
    package init(_ text: String) { self.text = text }

    /// The top of a run's main flow; no step has it.
    package static let root = StepPath("")

    package func node(_ name: String) -> StepPath {
        StepPath(text.isEmpty ? name : "\(text)/\(name)")
    }

    package func item(_ key: String) -> StepPath {
        StepPath("\(text)[\(Self.escaped(key))]")
    }

    /// The call number `sequence` of a tool by the model of this step.
    package func tool(_ sequence: Int) -> StepPath { StepPath("\(text)/tool:\(sequence)") }

    /// The place for the steps of a sub-flow's try number `number`.
    package func again(_ number: Int) -> StepPath { StepPath("\(text)/again:\(number)") }

    package var description: String { text }

    package static func < (left: StepPath, right: StepPath) -> Bool { left.text < right.text }

    private static func escaped(_ key: String) -> String {
        guard key.utf8.contains(where: mustEscape) else { return key }
        var text: [UInt8] = []
        for byte in key.utf8 {
            if mustEscape(byte) {
                text.append(contentsOf: "%".utf8)
                let digits = Array("0123456789ABCDEF".utf8)
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "]")
    }
}
