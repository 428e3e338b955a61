import Testing

@testable import JSONValue

@Suite struct NumberTests {
    @Test(arguments: [
        ("0", JSON.integer(0)), ("-1", .integer(-1)),
        ("999999999999999999", .integer(999_999_999_999_999_999)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .bigNumber("9223372036854775808")),
        ("-9223372036854775809", .bigNumber("-9223372036854775809")),
        ("18446744073709551616", .bigNumber("18446744073709551616")),
        ("0.1", .double(0.1)), ("1.0", .double(1)), ("100e-2", .double(1)), ("1E5", .double(1e5)),
        ("-0", .double(-0.0)), ("0e10", .double(0)), ("1e22", .double(1e22)),
        ("1.50000000000000000000000", .double(1.5)), ("0.30000000000000004", .double(0.1 + 0.2)),
        ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
        ("5e-324", .double(.leastNonzeroMagnitude)),
        ("1e309", .bigNumber("1e309")), ("1e-400", .bigNumber("1e-400")),
        ("0.1000000000000000055", .bigNumber("0.1000000000000000055")),
        ("3.14159265358979323846", .bigNumber("3.14159265358979323846")),
        ("9007199254740993.0", .bigNumber("9007199254740993.0")),
    ])
    func `a number is held by the type that loses nothing of it`(
        text: String, expected: JSON
    ) throws {
        let value = try JSON.parse(text)

        // Equality looks through the cases, so the case is compared by name.
        #expect(String(reflecting: value) == String(reflecting: expected))
        #expect(caseName(value) == caseName(expected))
        #expect(try JSON.parse(value.text) == value)
    }

    @Test func `decimal numbers become the nearest double`() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200_000 {
            let digits =
                UInt64.random(in: 0...UInt64.max, using: &random)
                >> UInt64.random(in: 0...63, using: &random)
            let text = "\(digits)e\(Int.random(in: -40...25, using: &random))"
            let expected = try #require(Double(text))

            switch try JSON.parse(text) {
            case .double(let number):
                try #require(number.bitPattern == expected.bitPattern, "\(text)")
            case .bigNumber(let kept): try #require(kept == text)
            case let other: Issue.record("\(text) became \(other)")
            }
        }
    }

    @Test func `every double comes back from what is written`() throws {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<100_000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }

            guard case .double(let back) = try JSON.parse(JSON.double(number).bytes) else {
                Issue.record("\(number) came back as another kind of number")
                return
            }

            try #require(back.bitPattern == number.bitPattern)
        }
    }

    @Test(arguments: [
        ("1", "1.0", true), ("1", "10e-1", true), ("0", "-0.0", true), ("100", "1e2", true),
        ("9223372036854775808", "9.223372036854775808e18", true),
        ("9223372036854775808", "9223372036854775809", false),
        ("9007199254740993", "9007199254740992.0", false), ("1", "2", false),
        ("9007199254740992", "9007199254740992.0", true), ("1e400", "10e399", true),
        ("1e400", "1e401", false), ("0.1", "0.10", true),
        ("1e99999999999999999999", "1e99999999999999999999", true), ("1", "\"1\"", false),
        ("0", "false", false), ("0", "null", false), ("-1e400", "1e400", false),
    ])
    func `numbers are equal when their spellings mean the same number`(
        left: String, right: String, expected: Bool
    ) throws {
        let one = try JSON.parse(left)
        let other = try JSON.parse(right)

        #expect((one == other) == expected)
        #expect((other == one) == expected)
        if expected { #expect(one.hashValue == other.hashValue) }
    }

    @Test func `a computed number must be finite`() {
        #expect(JSON(finite: 1.5) == 1.5)
        #expect(JSON(finite: .nan) == nil)
        #expect(JSON(finite: -.infinity) == nil)
    }

    @Test func `a value always equals itself`() {
        #expect(JSON.double(.nan) == .double(.nan))
        #expect(JSON.bigNumber("what") == .bigNumber("what"))
        #expect(JSON.bigNumber("7") == 7)
    }

    @Test func `an integer is read from whatever holds a whole number`() throws {
        #expect(JSON.double(5).integerValue == 5)
        #expect(JSON.double(5.5).integerValue == nil)
        #expect(JSON.double(0x1p60).integerValue == nil)
        #expect(JSON.integer(.min).integerValue == .min)
        #expect(try JSON.parse("1e400").doubleValue == nil)
        #expect(try JSON.parse("18446744073709551616").doubleValue == 0x1p64)
        #expect(JSON.string("5").integerValue == nil)
    }

    @Test(arguments: ["", "-", "1a", " 1", "1 ", "[1]", "null", "01", "1.e3", "٣"])
    func `text that is not one number is none`(text: String) {
        #expect(JSON.number(from: text) == nil)
    }

    private func caseName(_ value: JSON) -> String {
        switch value {
        case .integer: "integer"
        case .double: "double"
        case .bigNumber: "bigNumber"
        default: "no number"
        }
    }
}
