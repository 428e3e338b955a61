import FlowModel
import JSONValue
import Testing
import YAMLDocuments

private struct Scope: ExpressionScope {
    var roots: [String: JSON] = [
        "inputs": [
            "project": 7, "name": "é sluice", "list": [1, "two", nil, ["k": 1]], "empty": "",
            "zero": 0, "big": 9_007_199_254_740_993, "x-y": true, "half": 0.5,
        ],
        "item": ["id": "i1", "labels": ["bug", "ui"]],
    ]

    func value(of root: String) -> JSON? { roots[root] }

    func node(_ name: String) -> JSON? {
        name == "merge-request" ? ["output": ["diff_refs": ["head": "abc"], "n": 3]] : nil
    }
}

struct ExpressionTests {
    @Test(
        arguments: [
            ("inputs.project", 7), ("inputs.missing.more[3]", nil), ("inputs['x-y']", true),
            ("inputs.x-y", true), ("item.labels[1]", "ui"), ("item.labels[9]", nil),
            ("nodes.merge-request.output.diff_refs.head", "abc"),
            ("nodes['merge-request']?.output.n", 3), ("nodes.merge-request?.error", nil),
            ("'it''s'", "it's"), (#""a\n\u00e9""#, "a\né"), ("-12", -12), ("1.5e1", 15.0),
            ("true", true), ("null", nil),
            ("inputs.project == 7", true), ("inputs.project == '7'", false), ("1 == 1.0", true),
            ("inputs.missing == null", true), ("inputs.project != null", true),
            ("item.labels == fromJSON('[\"bug\",\"ui\"]')", true),
            ("fromJSON('{\"a\":1,\"b\":2}') == fromJSON('{\"b\":2,\"a\":1}')", true),
            ("inputs.big == 9007199254740992.0", false),
            ("inputs.project > 6.5", true), ("'a' < 'b'", true), ("2 >= 2", true),
            ("'b' <= 'a'", false),
            ("!inputs.missing", true), ("!!item", true), ("!inputs.list", false),
            ("inputs.empty || 'instead'", "instead"), ("inputs.zero || null", nil),
            ("inputs.name && inputs.project", 7), ("inputs.empty && inputs.project", ""),
            ("true && (false || 3)", 3), ("1 == 1 && 'x' == 'x'", true),
            ("contains(inputs.name, 'slu')", true), ("contains(item.labels, 'bug')", true),
            ("contains(inputs.missing, 'x')", false),
            ("contains(inputs.list, fromJSON('{\"k\":1}'))", true),
            ("startsWith(inputs.name, 'é')", true), ("endsWith(inputs.name, 'ice')", true),
            ("startsWith(inputs.name, 'e')", false), ("startsWith('a', 'abc')", false),
            ("format('{0}-{1} {{}}', inputs.project, item.labels)", #"7-["bug","ui"] {}"#),
            ("join(item.labels)", "bug,ui"), ("join(inputs.list, ' / ')", #"1 / two /  / {"k":1}"#),
            ("length(inputs.name)", 8), ("length(item)", 2), ("length(inputs.missing)", 0),
            ("toJSON(item.labels)", #"["bug","ui"]"#), ("fromJSON('{\"a\":{\"b\":2}}').a.b", 2),
            ("default(inputs.missing, 'd')", "d"), ("default(inputs.zero, 5)", 0),
            ("(inputs.list)[3].k", 1),
        ] as [(String, JSON)])
    func `an expression has its value`(source: String, expected: JSON) throws {
        let expression = try Expression.parse(source)

        #expect(try expression.evaluate(in: Scope()) == expected)
    }

    @Test(arguments: [
        ("", 1, "the expression is empty"),
        ("a b", 3, "'b' stands where an operator should follow"),
        ("a = b", 3, "'=' has no meaning in an expression"),
        ("a +b", 3, "'+' has no meaning in an expression"),
        ("a.", 3, "the expression ends where a name should follow"),
        ("a.0", 3, "a number stands where a name should follow"),
        ("a[b]", 3, "brackets take a string or a whole number from 0, written out"),
        ("a[-1]", 3, "brackets take a string or a whole number from 0, written out"),
        ("'open", 1, "a string begins here and does not end"),
        (#"'a\q'"#, 3, #"'\q' is no escape"#),
        ("1 < 2 < 3", 7, "two comparisons in a row"),
        ("lenght(a)", 1, "there is no function 'lenght'"),
        ("length(a, b)", 1, "'length' takes 1 argument, not 2"),
        ("format('{1}', a)", 8, "the format names {1}, and 1 value follows"),
        ("format('{', a)", 8, "a brace in a format is written twice: '{{' or '}}'"),
        ("startsWith(a, 3)", 15, "'startsWith' takes a string here, not a number"),
        ("length(true)", 8, "'length' takes a string or a list or an object here, not a boolean"),
        ("1 < 'a'", 3, "'<' compares a number with a string, which are never ordered"),
        ("true >= a", 6, "'>=' compares two numbers or two strings, not a boolean"),
        ("'a' == 1", 5, "'==' compares a string with a number, which are never equal"),
        ("nodes", 1, "'nodes' needs the name of a node"),
        ("nodes[0]", 7, "nodes are read by name"),
        ("a?.b", 2, "'?' stands only after a node's name"),
        ("'a'.b", 1, "a literal has no members"),
        ("012", 1, "'012' is no number"), ("1x", 1, "'1x' is no number"),
        ("(a", 3, "the expression ends where ')' should follow"),
        ("ä", 1, "'ä' has no meaning in an expression"),
    ])
    func `a mistake has its place`(source: String, column: Int, message: String) {
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(source) }

        #expect(error?.location == Place(line: 1, column: column))
        #expect(error?.message == message)
    }

    @Test(arguments: [
        (
            "inputs.project < inputs.name", 16,
            "'<' compares two numbers or two strings, not a number with a string"
        ),
        (
            "inputs.missing > 3", 16,
            "'>' compares two numbers or two strings, not null with a number"
        ),
        (
            "length(inputs.project)", 8,
            "'length' takes a string, a list or an object here, not a number"
        ),
        ("startsWith(item, 'a')", 12, "'startsWith' takes a string here, not an object"),
        ("other.x", 1, "'other' does not exist here"),
        ("nodes.nobody.output", 7, "there is no node 'nobody'"),
    ])
    func `what has no value says which part is the cause`(
        source: String, column: Int, message: String
    ) throws {
        let expression = try Expression.parse(source)

        let error = #expect(throws: ExpressionError.self) { try expression.evaluate(in: Scope()) }

        #expect(error?.location == Place(line: 1, column: column))
        #expect(error?.message == message)
    }

    @Test func `nesting is limited and long chains are not`() throws {
        let deep = String(repeating: "(", count: 2000)
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(deep) }
        #expect(error?.message == "nested deeper than 32 levels")

        let chain = Array(repeating: "true", count: 1000).joined(separator: "&&")
        #expect(try Expression.parse(chain).evaluate(in: Scope()) == true)
        let bangs = String(repeating: "!", count: 4001) + "true"
        #expect(try Expression.parse(bangs).evaluate(in: Scope()) == false)
    }

    @Test func `an error in evaluation is only reached when it is needed`() throws {
        let scope = Scope()
        let skipped = try Expression.parse("false && length(inputs.project)")
        let given = try Expression.parse("default(1, length(inputs.project))")

        #expect(try skipped.evaluate(in: scope) == false)
        #expect(try given.evaluate(in: scope) == 1)
    }
}
