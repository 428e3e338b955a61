import SandboxPolicy
import Testing

struct QuantityTests {
    @Test(arguments: [
        ("500 ms", Duration.milliseconds(500)), ("20 s", .seconds(20)), ("5s", .seconds(5)),
        ("2 min", .seconds(120)), ("1 h", .seconds(3600)), ("72 h", .seconds(259_200)),
        ("30 d", .seconds(2_592_000)), ("0 s", .zero),
    ])
    func `durations are read and written back`(text: String, expected: Duration) throws {
        let duration = try Duration(quantity: text)

        #expect(duration == expected)
        #expect(try Duration(quantity: duration.quantityText) == expected)
    }

    @Test(arguments: [
        ("256 MiB", 256 << 20), ("1 GiB", 1 << 30), ("64KiB", 64 << 10), ("12 B", 12),
    ])
    func `sizes are read and written back`(text: String, bytes: Int) throws {
        let size = try ByteCount(quantity: text)

        #expect(size == ByteCount(bytes))
        #expect(try ByteCount(quantity: size.quantityText) == size)
    }

    @Test(arguments: [
        ("20", "'20' has no unit; write it like '20 s'"),
        ("s", "'s' does not begin with a whole number; write it like '20 s'"),
        ("-5 s", "'-5 s' does not begin with a whole number; write it like '20 s'"),
        ("1.5 s", "'1.5 s' is no whole number; use a smaller unit, like '20 s'"),
        ("5 sec", "'sec' is no unit of time; use ms, s, min, h or d"),
        ("5 m", "'m' is no unit of time; use ms, s, min, h or d"),
        ("99999999999999999999 s", "'99999999999999999999 s' is too large"),
        ("36501 d", "'36501 d' is longer than 36500 d"),
    ])
    func `what is no duration is refused with the reason`(text: String, message: String) {
        let error = #expect(throws: QuantityError.self) { try Duration(quantity: text) }

        #expect(error?.message == message)
    }

    @Test func `decimal units of size are refused`() {
        let error = #expect(throws: QuantityError.self) { try ByteCount(quantity: "5 MB") }

        #expect(error?.message == "'MB' is no unit of size; use B, KiB, MiB or GiB")
    }
}
