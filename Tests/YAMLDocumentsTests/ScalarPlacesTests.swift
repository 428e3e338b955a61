import Testing
import YAMLDocuments

/// Each text marks with X the character whose place is asked for; the file shows where it stands.
struct ScalarPlacesTests {
    @Test(arguments: [
        "a: plain X text",
        "a: plain\n  folded\n\n  X text",
        "a: 'it''s X'",
        "a: 'one\n\n   two  \n  X'",
        #"a: "tab\t \u00e9 \x41 X""#,
        "a: \"one \\\n   two X\"",
        "a: \"one  \n   two X\"",
        "a: |\n  one\n  two X\n",
        "a: |\n\n    one\n      two\n\n    three X\n",
        "a: >-\n  one\n  two X\n",
        "a: >\n  one\n\n  two\n    more X\n",
        "a: >\n  one\n  two\n\n\n  three X\n",
        "a: >+\n\n  one\n    two\n\n  X\n",
        "key: {b: [1, \"é X\"]}",
        "a: |\r\n  one\r\n  two X\r\n",
    ])
    func `a place in a text is the place that its author sees`(file: String) throws {
        let source = SourceText(Array(file.utf8))
        let node = try YAMLNode.parse(file)
        let scalar = try #require(firstScalarWithX(node))
        let text = try #require(scalar.scalarText)

        let places = ScalarPlaces.of(scalar, in: source)
        let index = try #require(Array(text.unicodeScalars).firstIndex(of: "X"))

        #expect(places.count == text.unicodeScalars.count + 1)
        #expect(places[index] == placeOfX(source))
    }

    private func firstScalarWithX(_ node: YAMLNode) -> YAMLNode? {
        switch node.content {
        case .scalar(let text, _): text.contains("X") ? node : nil
        case .sequence(let elements): elements.lazy.compactMap(firstScalarWithX).first
        case .mapping(let members):
            members.lazy.compactMap { firstScalarWithX($0.value) }.first
        }
    }

    private func placeOfX(_ source: SourceText) -> Place? {
        for number in 1...source.lineCount {
            let scalars = Array((source.line(number) ?? "").unicodeScalars)
            if let column = scalars.firstIndex(of: "X") {
                return Place(line: number, column: column + 1)
            }
        }
        return nil
    }
}
