/// The names in a source text, found without understanding the language.
struct SourceWords {
    private let found: Set<[UInt8]>

    /// - Parameter wanted: the words to look for; one found may stand in a string or a comment.
    init(_ source: [UInt8], among wanted: Set<[UInt8]>) {
        let first = wanted.reduce(into: [Bool](repeating: false, count: 256)) { all, word in
            if let byte = word.first { all[Int(byte)] = true }
        }
        var found: Set<[UInt8]> = []
        var start: Int?
        for index in 0...source.count {
            if index < source.count, Self.isPartOfName[Int(source[index])] {
                start = start ?? index
            } else if let begin = start {
                start = nil
                guard index - begin <= 64, first[Int(source[begin])] else { continue }
                let word = Array(source[begin..<index])
                if wanted.contains(word) { found.insert(word) }
            }
        }
        self.found = found
    }

    func contains(any words: Set<[UInt8]>) -> Bool { !found.isDisjoint(with: words) }

    static func words(_ text: String) -> Set<[UInt8]> {
        Set(text.split { $0 == " " || $0 == "\n" }.map { Array($0.utf8) })
    }

    private static let isPartOfName: [Bool] = (0..<256).map { value in
        let byte = UInt8(value)
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte & 0x40 != 0
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
