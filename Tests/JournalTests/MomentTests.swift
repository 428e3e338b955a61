import Testing

@testable import Journal

@Suite struct MomentTests {
    @Test(arguments: [
        "2026-11-20T09:12:33.041Z", "1970-01-01T00:00:00.000Z", "2000-02-29T23:59:59.999Z",
        "1969-12-31T00:00:00.000Z", "0001-03-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z",
    ])
    func `a moment is read as it is written`(_ text: String) {
        #expect(Moment(rfc3339: text)?.description == text)
    }

    @Test(arguments: [
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
        ("2026-11-20t18:12:33+09:00", "2026-11-20T09:12:33.000Z"),
        ("2026-11-20T18:12:33.1239-00:30", "2026-11-20T18:42:33.123Z"),
    ])
    func `dates, other clocks and longer fractions have their moment`(
        _ text: String, _ same: String
    ) {
        #expect(Moment(rfc3339: text)?.description == same)
    }

    @Test(arguments: [
        "", "now", "2026", "2026-13-01", "2026-02-29", "2026-11-31", "2026-11-20T", "2026-11-20Z",
        "2026-11-20T09:12:33", "2026-11-20T24:00:00Z", "2026-11-20T09:12:33.Z",
        "2026-11-20T09:12:33Z ", "2026-11-20T09:12:33+0900", "2026-11-20T09:12:33+09:60",
        "-026-01-01",
        "2026-11-20T09:12:33Zß",
    ])
    func `what is no time is none`(_ text: String) {
        #expect(Moment(rfc3339: text) == nil)
    }
}
