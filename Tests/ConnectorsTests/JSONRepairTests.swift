@testable import Connectors
import JSONValue
import Testing

@Suite struct JSONRepairTests {
    @Test(
        arguments: [
            (#"{"a":1}"#, ["a": 1]), (" \n[1]\t", [1]), ("\u{FEFF}{\"a\":1}", ["a": 1]),
            ("```json\n{\"a\":\"```\"}\n```", ["a": "```"]), ("```\n[1,2]\n```\nthanks", [1, 2]),
            ("Set {x} then {\"a\":\"}\"} ok", ["a": "}"]), (#"{"a":[1,2,],}"#, ["a": [1, 2]]),
            (#"{"a":",]"}"#, ["a": ",]"]), (#"x {"a":",}\"",} y"#, ["a": ",}\""]),
            ("<think>{\"a\":0}</think>{\"a\":1}", ["a": 1]), ("no opening</think> [3]", [3]),
            (
                "<|channel|>analysis<|message|>{}<|end|><|channel|>final<|message|>{\"a\":1}<|return|>",
                ["a": 1]
            ),
            (#"{"a": "</think>"}"#, ["a": "</think>"]), ("3", 3),
        ] as [(String, JSON)])
    func `JSON is found`(_ text: String, _ value: JSON) {
        #expect(JSONRepair.value(in: text) == value)
    }

    @Test(arguments: ["", "none", "{", "{\"a\":", "[1,2", "{]}", "{\"a\":1,,}", "[[[[", "{'a':1}"])
    func `what is no JSON is not made up`(_ text: String) {
        #expect(JSONRepair.value(in: text) == nil)
    }
}

@Suite struct WaitingTests {
    @Test(
        arguments: [
            ("6m0s", 360_000), ("1h2m3s", 3_723_000), ("120ms", 120), ("1.5s", 1500), ("0s", 0),
        ] as [(String, Int64)])
    func `compact durations are read`(_ text: String, _ milliseconds: Int64) {
        #expect(RetryAfter.compactDuration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "5", "s", "5x", "5 s", "-5s", "999999h"])
    func `what is no duration is not waited for`(_ text: String) {
        #expect(RetryAfter.compactDuration(text) == nil)
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599),
        ] as [(String, Int64)])
    func `HTTP dates are read`(_ text: String, _ seconds: Int64) {
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test func `waits grow, are spread and end`() {
        let policy = RetryPolicy(attempts: 4, firstWait: .seconds(2), longestWait: .seconds(5))

        #expect(
            (2...5).map { policy.wait(before: $0, asked: nil, jitter: 0.5) } == [
                .seconds(2), .seconds(4), .seconds(5), nil,
            ])
        #expect(policy.wait(before: 2, asked: nil, jitter: 0) == .seconds(1.5))
        #expect(policy.wait(before: 2, asked: .seconds(5), jitter: 0) == .seconds(5))
        #expect(policy.wait(before: 2, asked: .seconds(6), jitter: 0) == nil)
    }
}
