/// The names of modules that a JavaScript text imports, found without understanding the language: words
/// and marks, with comments, strings, templates and regular expressions told apart.
struct JavaScriptImports {
    struct Found: Sendable, Hashable {
        let name: String
        let line: Int
    }

    private enum Token: Hashable {
        case word(String)
        case text(String)
        case mark(UInt8)
    }

    private let bytes: [UInt8]
    private var place = 0
    private var line = 1
    /// The last tokens, at most four.
    private var recent: [Token] = []
    private var found: [Found] = []

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What stands as a literal text in `require("…")`, `import "…"`, `import("…")`, `… from "…"` and
    /// `process.getBuiltinModule("…")`, in order.
    static func of(_ source: [UInt8]) -> [Found] {
        var scanner = JavaScriptImports(source)
        scanner.scan()
        return scanner.found
    }

    private mutating func scan() {
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                place += 1
            case UInt8(ascii: "/"): slash()
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quoted(byte)
            case UInt8(ascii: "`"): template()
            case _ where Self.isWord(byte): word()
            case _ where byte <= 0x20: place += 1
            default:
                note(.mark(byte))
                place += 1
            }
        }
    }

    private mutating func note(_ token: Token) {
        if case .text(let text) = token, importsNext { found.append(Found(name: text, line: line)) }
        recent.append(token)
        if recent.count > 4 { recent.removeFirst() }
    }

    /// Whether a text that stands here is the name of a module.
    private var importsNext: Bool {
        switch recent.last {
        case .word("from"), .word("import"): return true
        case .mark(UInt8(ascii: "(")):
            guard case .word(let name)? = recent.dropLast().last else { return false }
            return ["require", "import", "getBuiltinModule"].contains(name)
        default: return false
        }
    }

    private mutating func word() {
        let start = place
        while place < bytes.count, Self.isWord(bytes[place]) { place += 1 }
        note(.word(String(decoding: bytes[start..<place], as: UTF8.self)))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }

    /// A comment, a regular expression, or a division.
    private mutating func slash() {
        switch place + 1 < bytes.count ? bytes[place + 1] : 0 {
        case UInt8(ascii: "/"):
            while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
        case UInt8(ascii: "*"):
            place += 2
            while place < bytes.count {
                if bytes[place] == UInt8(ascii: "\n") { line += 1 }
                place += 1
                if bytes[place - 1] == UInt8(ascii: "*"), place < bytes.count,
                    bytes[place] == UInt8(ascii: "/")
                {
                    place += 1
                    return
                }
            }
        case _ where expressionMayStart: expression()
        default:
            note(.mark(UInt8(ascii: "/")))
            place += 1
        }
    }

    /// Behind a value a slash divides; elsewhere it begins a regular expression.
    private var expressionMayStart: Bool {
        switch recent.last {
        case nil: true
        case .text: false
        case .word(let word):
            ["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "await"]
                .contains(word)
        case .mark(let mark): ![UInt8(ascii: ")"), UInt8(ascii: "]")].contains(mark)
        }
    }

    private mutating func expression() {
        place += 1
        var isClass = false
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\\"): place += 1
            case UInt8(ascii: "["): isClass = true
            case UInt8(ascii: "]"): isClass = false
            case UInt8(ascii: "/") where !isClass:
                note(.mark(UInt8(ascii: ")")))
                return
            default: break
            }
        }
    }

    private mutating func quoted(_ quote: UInt8) {
        let start = place + 1
        place = start
        while place < bytes.count, bytes[place] != quote, bytes[place] != UInt8(ascii: "\n") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(place, bytes.count)
        note(.text(String(decoding: bytes[start..<end], as: UTF8.self)))
        place = end + (end < bytes.count && bytes[end] == quote ? 1 : 0)
    }

    /// A template; what stands in its `${…}` is scanned by a scanner of its own.
    private mutating func template() {
        let start = place + 1
        place = start
        var hasHoles = false
        while place < bytes.count, bytes[place] != UInt8(ascii: "`") {
            if bytes[place] == UInt8(ascii: "\n") { line += 1 }
            if bytes[place] == UInt8(ascii: "$"), place + 1 < bytes.count,
                bytes[place + 1] == UInt8(ascii: "{")
            {
                hasHoles = true
                hole()
            } else {
                place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
            }
        }
        let end = min(place, bytes.count)
        if hasHoles {
            note(.mark(UInt8(ascii: ")")))
        } else {
            note(.text(String(decoding: bytes[start..<end], as: UTF8.self)))
        }
        place = end + 1
    }

    /// Up to the brace that ends it; braces inside of texts may end it early, which costs a hint.
    private mutating func hole() {
        place += 2
        let start = place
        var depth = 1
        while place < bytes.count, depth > 0 {
            if bytes[place] == UInt8(ascii: "{") { depth += 1 }
            if bytes[place] == UInt8(ascii: "}") { depth -= 1 }
            place += 1
        }
        var inner = JavaScriptImports(Array(bytes[start..<max(start, place - 1)]))
        inner.line = line
        inner.scan()
        found += inner.found
        line = inner.line
    }
}
