import FlowModel
import Foundation
import Journal
import Testing

@testable import Scheduling

/// What is true of real clocks: the zones' rules come from this machine's tz database.
struct CronTimesTests {
    private static func zone(_ name: String) throws -> ZoneRules {
        let data = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
        return try #require(ZoneRules(file: [UInt8](data)))
    }

    /// Reads a moment such as `2026-03-29T01:30Z`.
    private static func moment(_ text: String) throws -> Moment {
        let date = try Date(text.replacing("Z", with: ":00Z"), strategy: .iso8601)
        return Moment(milliseconds: Int64(date.timeIntervalSince1970) * 1000)
    }

    /// The fires after a moment, as `2026-03-29T01:30Z`.
    private static func fires(
        _ cron: String, _ name: String, after text: String, count: Int
    ) throws -> [String] {
        let times = CronTimes(try CronSchedule(cron), in: try zone(name))
        var moment = try moment(text)
        var fires: [String] = []
        for _ in 0..<count {
            guard let next = times.next(after: moment) else { break }
            fires.append(String(next.description.prefix(16)) + "Z")
            moment = next
        }
        return fires
    }

    @Test func `a schedule fires at the wall clock's time of its zone`() throws {
        #expect(
            try Self.fires("0 6 * * 1-5", "Asia/Seoul", after: "2026-11-19T21:00Z", count: 3)
                == ["2026-11-22T21:00Z", "2026-11-23T21:00Z", "2026-11-24T21:00Z"])
        #expect(
            try Self.fires("*/20 23 31 12 *", "UTC", after: "2026-12-31T23:20Z", count: 2)
                == ["2026-12-31T23:40Z", "2027-12-31T23:00Z"])
        #expect(
            try Self.fires("0 12 * * *", "America/St_Johns", after: "2026-07-01T00:00Z", count: 1)
                == ["2026-07-01T14:30Z"])
    }

    @Test func `a time that clocks skip fires at the jump, once`() throws {
        // On 2026-03-29 in Berlin 02:00 is followed by 03:00.
        #expect(
            try Self.fires("30 2 * * *", "Europe/Berlin", after: "2026-03-28T01:30Z", count: 2)
                == ["2026-03-29T01:00Z", "2026-03-30T00:30Z"])
        #expect(
            try Self.fires("0,30 2 * * *", "Europe/Berlin", after: "2026-03-28T01:30Z", count: 2)
                == ["2026-03-29T01:00Z", "2026-03-30T00:00Z"])
        // 03:00 itself exists and is no reason to fire twice.
        #expect(
            try Self.fires("0 2,3 * * *", "Europe/Berlin", after: "2026-03-28T02:00Z", count: 2)
                == ["2026-03-29T01:00Z", "2026-03-30T00:00Z"])
    }

    @Test func `a time that clocks show twice fires the first time only`() throws {
        // On 2026-10-25 in Berlin 03:00 is followed by 02:00.
        #expect(
            try Self.fires("30 2 * * *", "Europe/Berlin", after: "2026-10-24T00:30Z", count: 2)
                == ["2026-10-25T00:30Z", "2026-10-26T01:30Z"])
    }

    @Test func `a schedule of every hour fires in each hour that passes`() throws {
        #expect(
            try Self.fires("15 * * * *", "Europe/Berlin", after: "2026-10-24T23:15Z", count: 4)
                == [
                    "2026-10-25T00:15Z", "2026-10-25T01:15Z", "2026-10-25T02:15Z",
                    "2026-10-25T03:15Z",
                ])
        #expect(
            try Self.fires("15 * * * *", "Europe/Berlin", after: "2026-03-29T00:15Z", count: 2)
                == ["2026-03-29T01:15Z", "2026-03-29T02:15Z"])
    }

    @Test func `half an hour of summer time is half an hour`() throws {
        // Lord Howe moves its clocks by 30 minutes: on 2026-10-04 02:00 is followed by 02:30.
        #expect(
            try Self.fires(
                "15 2 * * *", "Australia/Lord_Howe", after: "2026-10-02T16:00Z", count: 2)
                == ["2026-10-03T15:30Z", "2026-10-04T15:15Z"])
    }

    @Test func `a day that a zone left out fires at the change`() throws {
        // Apia had no 2011-12-30.
        #expect(
            try Self.fires("0 12 30 12 *", "Pacific/Apia", after: "2011-12-01T00:00Z", count: 1)
                == ["2011-12-30T10:00Z"])
    }

    @Test func `rules hold for years that the file does not list`() throws {
        #expect(
            try Self.fires("30 2 * * *", "Europe/Berlin", after: "2075-03-30T01:30Z", count: 1)
                == ["2075-03-31T01:00Z"])
        #expect(
            try Self.fires("0 12 1 7 *", "America/Sao_Paulo", after: "2090-01-01T00:00Z", count: 1)
                == ["2090-07-01T15:00Z"])
    }

    @Test func `a leap day that has to be a weekday comes after many years`() throws {
        #expect(
            try Self.fires("0 0 29 2 *", "UTC", after: "2026-01-01T00:00Z", count: 2)
                == ["2028-02-29T00:00Z", "2032-02-29T00:00Z"])
        #expect(
            try Self.fires("0 0 29 2 *", "UTC", after: "2096-03-01T00:00Z", count: 1)
                == ["2104-02-29T00:00Z"])
    }

    @Test func `of what was missed the last are given, in order`() throws {
        let times = CronTimes(try CronSchedule("0 * * * *"), in: .utc)
        let start = try Self.moment("2026-01-01T00:00Z")

        let missed = times.times(after: start, through: start + .seconds(86_400), limit: 3)

        #expect(
            missed.map(\.description) == [
                "2026-01-01T22:00:00.000Z", "2026-01-01T23:00:00.000Z", "2026-01-02T00:00:00.000Z",
            ])
        #expect(times.times(after: start, through: start, limit: 3).isEmpty)
    }

    @Test(
        arguments: [
            "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kathmandu",
            "Africa/Cairo", "America/Santiago", "Antarctica/Troll", "Asia/Tehran",
        ])
    func `offsets agree with another reader of the same files for a hundred years`(
        name: String
    ) throws {
        let rules = try Self.zone(name)
        let moments = (0..<3000).map { _ in Int64.random(in: 0..<3_155_760_000) }

        let expected = try Self.offsets(of: moments, in: name)

        #expect(expected.count == moments.count)
        for (moment, offset) in zip(moments, expected) {
            #expect(rules.offset(at: moment) == offset, "\(moment)")
        }
    }

    /// What Python's `zoneinfo` says.
    ///
    /// Foundation brings rules of its own, which are not always those of the system.
    private static func offsets(of moments: [Int64], in name: String) throws -> [Int64] {
        let program = """
            import datetime, sys, zoneinfo
            zone = zoneinfo.ZoneInfo(sys.argv[1])
            for text in sys.argv[2:]:
                moment = datetime.datetime.fromtimestamp(int(text), zone)
                print(int(moment.utcoffset().total_seconds()))
            """
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", program, name] + moments.map(String.init)
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
            Int64($0)
        }
    }

    @Test func `bytes that are no zone are none`() throws {
        let whole = [UInt8](
            try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))

        #expect(ZoneRules(file: []).isNone)
        #expect(ZoneRules(file: Array("TZif2 but no more".utf8)).isNone)
        for count in stride(from: 0, to: whole.count - 40, by: 7) {
            #expect(ZoneRules(file: Array(whole.prefix(count))).isNone, "\(count)")
        }
    }
}

extension Optional {
    /// A value that cannot be compared can still be absent.
    fileprivate var isNone: Bool { map { _ in false } ?? true }
}
