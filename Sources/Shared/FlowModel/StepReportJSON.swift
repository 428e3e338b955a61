package import JSONValue
internal import SandboxPolicy

extension StepReport {
    /// The object that `sluice exec --json` prints: every member is there, null where it does not apply.
    package var json: JSON {
        [
            "outcome": .string(outcome.word),
            "output": output,
            "stdout": .string(standardOutput),
            "stderr": .string(standardError),
            "error": error,
            "denials": .array(allDenials.map(\.json)),
            "limit": limit,
            "signal": signal,
            "usage": usage?.json ?? .null,
            "layers": layers?.json ?? .null,
            "runtime": runtime?.json ?? .null,
        ]
    }

    /// The denials on record, with the one that ended the attempt.
    package var allDenials: [Denial] {
        guard case .refused(let last) = outcome,
            !denials.contains(where: {
                $0.syscall == last.syscall && $0.arguments == last.arguments
            })
        else { return denials }
        return denials + [last]
    }

    private var output: JSON {
        guard case .returned(let value) = outcome else { return .null }
        return value
    }

    private var error: JSON {
        guard case .raised(let error) = outcome else { return .null }
        return [
            "type": .string(error.type),
            "message": .string(error.message),
            "line": error.line.map { .integer(Int64($0)) } ?? .null,
            "traceback": error.traceback.map { .string($0) } ?? .null,
        ]
    }

    private var limit: JSON {
        guard case .exceeded(let limit) = outcome else { return .null }
        return .string(limit.rawValue)
    }

    private var signal: JSON {
        guard case .crashed(let signal) = outcome else { return .null }
        return .integer(Int64(signal))
    }
}

extension Denial {
    package var json: JSON {
        [
            "syscall": .string(syscall),
            "arguments": .array(arguments.map { .string($0) }),
            "meaning": .string(meaning),
            "count": .integer(Int64(count)),
        ]
    }
}

extension Usage {
    /// Milliseconds with three places; peak memory in bytes.
    package var json: JSON {
        [
            "wall_ms": .double(wallTime.milliseconds),
            "cpu_ms": .double(cpuTime.milliseconds),
            "peak_memory_bytes": .integer(Int64(peakMemory.bytes)),
        ]
    }
}

extension Duration {
    /// Milliseconds, cut to whole microseconds.
    package var milliseconds: Double {
        let (seconds, attoseconds) = components
        return (Double(seconds) * 1_000_000 + Double(attoseconds / 1_000_000_000_000)).rounded()
            / 1000
    }
}
