import HTTPTransport
import HostAPI
import JSONValue
import Testing

@testable import Telemetry

@Suite struct TraceTests {
    private let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a caller's trace is read by the letter`() throws {
        let parent = try #require(TraceParent(caller))
        #expect(parent.trace == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(parent.span == "00f067aa0ba902b7")
        #expect(parent.isSampled)
        #expect(TraceParent(caller.dropLast() + "2")?.isSampled == false)
        #expect(TraceParent("01" + caller.dropFirst(2) + "-more") != nil)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
    ])
    func `what is no trace context is none`(text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test func `a run has the same names in every process, and others have others`() throws {
        let trace = try #require(RunTrace(run: "r1", parent: nil, share: 1))
        let again = try #require(RunTrace(run: "r1", parent: nil, share: 1))
        let other = try #require(RunTrace(run: "r2", parent: nil, share: 1))

        #expect(trace == again)
        #expect(trace.attempt("a", 1) == again.attempt("a", 1))
        #expect(trace.trace.utf8.count == 32)
        #expect(trace.runSpan.utf8.count == 16)
        let names = Set([
            trace.runSpan, trace.step("a"), trace.step("b"), trace.attempt("a", 1),
            trace.attempt("a", 2), other.step("a"),
        ])
        #expect(names.count == 6)
        #expect(trace.trace != other.trace)
    }

    @Test func `a share of traces is about that share`() {
        let kept = (0..<4000).count { RunTrace(run: "r\($0)", parent: nil, share: 0.25) != nil }
        #expect((800...1200).contains(kept))
        #expect((0..<500).allSatisfy { RunTrace(run: "r\($0)", parent: nil, share: 0) == nil })
    }

    @Test(arguments: [
        ("review", nil), ("review[a]", "review"), ("review[a/b[c:1]", "review"),
        ("each[web]/deploy", "each[web]"), ("each[web]/deploy[x]", "each[web]/deploy"),
        ("a/again:2/b", "a"), ("each[k]/again:3/b", "each[k]"), ("ask/tool:0", "ask"),
        ("a/b/c", "a/b"),
    ])
    func `a step is part of the step around it`(path: String, parent: String?) {
        #expect(StepParents.parent(of: path) == parent)
    }

    @Test func `what does not fit into the queue is dropped and counted`() async throws {
        let exporter = TraceExporter(
            TraceDestination(
                endpoint: try HTTPURL("http://127.0.0.1:9/v1/traces"), headers: [],
                egress: .publicOnly, share: 1, version: "0"), transport: try HTTPTransport())
        for number in 0..<(TraceExporter.capacity + 10) {
            exporter.add(
                Span(
                    trace: "t", name: "n", span: "s\(number)", parent: nil, start: 0, end: 1))
        }

        #expect(value(of: "dropped", exporter) == 10)
        // The guard lets nothing out to this machine, and nobody waits for that.
        exporter.start()
        await exporter.stop()
        #expect(value(of: "exported", exporter) == 0)
        #expect(value(of: "dropped", exporter) == Double(TraceExporter.capacity + 10))
    }

    private func value(of result: String, _ exporter: TraceExporter) -> Double? {
        for figure in exporter.figures where figure.labels["result"] == result {
            if case .number(let value) = figure.reading { return value }
        }
        return nil
    }

    @Test func `numbers of 64 bits are texts, and so are those of attributes`() throws {
        let span = Span(
            trace: "t", name: "n", span: "s", parent: "p", start: 5, end: 4, hasFailed: true,
            attributes: [("a", .number(7)), ("b", .text("x"))])
        let bytes = TraceRequest.bytes([span], resource: [("service.name", .text("sluice"))])

        let json = try JSON.parse(bytes)
        let written = json["resourceSpans"]?.arrayValue?[0]["scopeSpans"]?.arrayValue?[0]["spans"]?
            .arrayValue?[0]
        #expect(written?["startTimeUnixNano"] == "4")
        #expect(written?["endTimeUnixNano"] == "4")
        #expect(written?["status"] == ["code": 2])
        #expect(
            written?["attributes"] == [
                ["key": "a", "value": ["intValue": "7"]],
                ["key": "b", "value": ["stringValue": "x"]],
            ])
    }
}
