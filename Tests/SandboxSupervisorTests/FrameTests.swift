import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import SeccompFilters
import Testing

@testable import SandboxSupervisor

struct FrameTests {
    private static let limit = ByteCount(100)

    private static func frame(kind: UInt32 = 1, length: UInt64, payload: Int) -> [UInt8] {
        var writer = FrameWriter(capacity: 16)
        writer.add(UInt32(0x3153_4552))
        writer.add(kind)
        writer.add(length)
        writer.add([UInt8](repeating: 0x31, count: payload))
        return writer.bytes
    }

    @Test func `a result is complete with its last byte and not before`() {
        let whole = Self.frame(length: 3, payload: 3)

        for count in whole.indices {
            let part = Array(whole.prefix(count))
            #expect(ResultFrame.progress(of: part, limit: Self.limit) == .incomplete)
        }
        #expect(ResultFrame.progress(of: whole, limit: Self.limit) == .complete)
        #expect(ResultFrame.progress(of: whole + [0], limit: Self.limit) == .invalid)
    }

    @Test(arguments: [UInt64(101), 1 << 40, .max])
    func `a result over the limit is known by its header`(length: UInt64) {
        let header = Self.frame(length: length, payload: 0)

        #expect(ResultFrame.progress(of: header, limit: Self.limit) == .tooLong)
    }

    @Test(arguments: [UInt32(0), 5, .max])
    func `a kind that no runner sends is invalid`(kind: UInt32) {
        let frame = Self.frame(kind: kind, length: 0, payload: 0)

        #expect(ResultFrame.progress(of: frame, limit: Self.limit) == .invalid)
    }

    @Test func `no bytes whatsoever stop the reader`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            if Bool.random() { bytes = Array(Self.frame(length: 2, payload: 2).prefix(20)) + bytes }
            _ = ResultFrame.progress(of: bytes, limit: Self.limit)
            _ = ZygoteReport(bytes)
        }
    }

    @Test func `a job frame says where each part begins`() {
        let work = ScriptWork(
            language: .python, fileName: "a.py", source: Array("source".utf8),
            modules: [ScriptModule(path: "b.py", source: Array("module".utf8))],
            profile: ProfileName("pure"), input: ["n": 1])
        let limits = Limits(
            wallTime: .seconds(1), cpuTime: .seconds(1), memory: ByteCount(1), output: ByteCount(7),
            logs: ByteCount(1), processes: 1)
        let bytes = JobFrame.bytes(for: work, under: limits)
        var reader = FrameReader(bytes)

        #expect(reader.number(UInt32.self) == 0x3142_4f4a)
        #expect(reader.number(UInt32.self) == 1)
        let lengths = (0..<6).compactMap { _ in reader.number(UInt64.self) }
        #expect(Array(lengths.dropFirst()) == [6, 7, 0, 4, 6])
        let payload = lengths.reduce(0, +)
        #expect(UInt64(bytes.count) == 56 + payload)
        #expect(String(decoding: bytes.suffix(23), as: UTF8.self) == #"source{"n":1}b.pymodule"#)
    }

    @Test func `settings that do not fit are not sent`() throws {
        let limits = Limits(
            wallTime: .seconds(1), cpuTime: .seconds(1), memory: ByteCount(1), output: ByteCount(1),
            logs: ByteCount(1), processes: 1)
        func settings(_ binds: [String], modules: [String] = []) -> ZygoteSettings {
            ZygoteSettings(
                leftOut: [], kernelID: 0, limits: limits, userProcesses: 0, binds: binds,
                packages: .none, modules: modules, filter: .init(program: []))
        }

        let wholeLength = 56 + 40 + 40 * 192 + 512 + 4096 * 8
        #expect(settings(["/usr/lib/python3.11"]).bytes?.count == wholeLength)
        #expect(settings([String](repeating: "/a", count: 41)).bytes == nil)
        #expect(settings(["/" + String(repeating: "a", count: 191)]).bytes == nil)
        #expect(settings([], modules: ["numpy", "pandas"]).bytes?.count == wholeLength)
        #expect(settings([], modules: [String(repeating: "a", count: 512)]).bytes == nil)
    }
}

struct BrakeTests {
    private static let start = MonotonicInstant(nanoseconds: 0)

    @Test func `failures beyond the tolerated ones pull it, for longer each time`() {
        var brake = Brake(tolerating: 1)
        let isFirstTooMany = brake.recordFailure(at: Self.start)
        let isSecondTooMany = brake.recordFailure(at: Self.start)

        #expect(!isFirstTooMany && isSecondTooMany)
        #expect(brake.isPulled(at: Self.start + .milliseconds(499)))
        #expect(!brake.isPulled(at: Self.start + .milliseconds(500)))
        _ = brake.recordFailure(at: Self.start)
        #expect(brake.isPulled(at: Self.start + .milliseconds(999)))
        for _ in 0..<20 { _ = brake.recordFailure(at: Self.start) }
        #expect(!brake.isPulled(at: Self.start + .seconds(30)))
    }

    @Test func `a success lets it go`() {
        var brake = Brake(tolerating: 0)
        _ = brake.recordFailure(at: Self.start)
        brake.recordSuccess()

        #expect(!brake.isPulled(at: Self.start))
    }
}
