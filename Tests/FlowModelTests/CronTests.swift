import FlowModel
import Testing

struct CronTests {
    @Test func `a schedule matches its minutes`() throws {
        let weekdays = try CronSchedule("0 6 * * 1-5")

        #expect(weekdays.matches(minute: 0, hour: 6, day: 3, month: 2, weekday: 1))
        #expect(!weekdays.matches(minute: 0, hour: 6, day: 3, month: 2, weekday: 0))
        #expect(!weekdays.matches(minute: 1, hour: 6, day: 3, month: 2, weekday: 1))
    }

    @Test func `either day is enough when both are restricted`() throws {
        let schedule = try CronSchedule("*/20 * 1 JAN,jul Sun")

        #expect(schedule.minutes == [0, 20, 40])
        #expect(schedule.months == [1, 7])
        #expect(schedule.matches(minute: 20, hour: 5, day: 1, month: 1, weekday: 3))
        #expect(schedule.matches(minute: 20, hour: 5, day: 9, month: 1, weekday: 0))
        #expect(!schedule.matches(minute: 20, hour: 5, day: 9, month: 1, weekday: 3))
        #expect(try CronSchedule("0 0 * * 7").weekdays == [0])
        #expect(try CronSchedule("5/20 0 * * *").minutes == [5, 25, 45])
    }

    @Test(arguments: [
        ("* * * *", "it has 4 fields, not 5"),
        ("60 * * * *", "in the field minute, 60 is not 0 to 59"),
        ("* 5-2 * * *", "in the field hour, the range '5-2' runs backwards"),
        ("*/0 * * * *", "in the field minute, '*/0' is no step"),
        ("* * 0 * *", "in the field day, 0 is not 1 to 31"),
        ("* * * foo *", "in the field month, 'foo' is no number"),
        ("* * * * 8", "in the field weekday, 8 is not 0 to 7"),
        ("0 0 31 2,4 *", "no such day exists in those months"),
        ("@daily", "it has 1 fields, not 5"),
        ("+1 * * * *", "in the field minute, '+1' is no number"),
        ("1, * * * *", "in the field minute, '' is no number"),
    ])
    func `what is no schedule is refused with the reason`(text: String, message: String) {
        let error = #expect(throws: CronError.self) { try CronSchedule(text) }

        #expect(error?.message == message)
    }
}
