internal import Foundation
internal import JSONValue
internal import HostAssembly
internal import LinuxSystem
internal import SandboxPolicy

/// 1 MB of JSON in and the same out, against the time that Python's own json takes to read and write it.
enum LargeDocumentCase {
    /// Measures itself whenever a byte comes (`MeasuringProcess`).
    private static let python = """
        import json, os, sys, time
        text = open(sys.argv[1]).read()
        while os.read(60, 1):
            before = time.perf_counter_ns()
            written = json.dumps(json.loads(text))
            os.write(60, (time.perf_counter_ns() - before).to_bytes(8, 'little'))
        """

    static func measure(_ name: String, _ options: BenchOptions) async throws -> Figure {
        let records = JSONDocumentKind.records.document(size: 1_000_000)
        let document: JSON = ["records": records]
        let file = URL(filePath: ".build/bench/1mb.json")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(document.bytes).write(to: file)
        let json = try MeasuringProcess(
            path: "/usr/bin/python3",
            arguments: ["python3", "-I", "-S", "-c", python, file.path(percentEncoded: false)])
        let script = BenchScript(
            language: .python, source: "def main(records):\n    return {'records': records}",
            input: document, answer: document)
        let runs = try await Sandbox.with { sandbox in
            try await PacedRuns.take(
                options.rounds(120), of: script, in: sandbox, pace: .milliseconds(40), beside: json,
                warmUp: 5)
        }
        await json.stop()
        return runs.figure(name)
    }
}
