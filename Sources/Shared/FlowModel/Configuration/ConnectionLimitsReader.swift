import SandboxPolicy
import YAMLDocuments

extension HostConfigurationReader {
    func readLimits(_ fields: Fields) -> ConnectionLimits {
        var limits = ConnectionLimits()
        let known = [
            "connections", "per-address", "head", "head-time", "body", "body-time", "held",
            "idle-time",
            "answer-time", "answer-rate",
        ]
        guard let node = fields["limits"],
            let rule = Fields(node, of: "'limits'", known: known, faults: faults)
        else { return limits }
        limits.connections = rule.integer("connections", in: 16...1_000_000) ?? limits.connections
        limits.perAddress =
            rule.integer("per-address", in: 1...1_000_000)
            ?? min(limits.perAddress, limits.connections)
        limits.head = rule.size("head", in: ByteCount(4 << 10)...ByteCount(1 << 20)) ?? limits.head
        limits.body = rule.size("body", in: ByteCount(1 << 10)...ByteCount(1 << 30))
        limits.held =
            rule.size("held", in: ByteCount(1 << 20)...ByteCount(1 << 40)) ?? limits.held
        limits.answerRate =
            rule.size("answer-rate", in: ByteCount(1)...ByteCount(1 << 30)) ?? limits.answerRate
        let times = Duration.milliseconds(100) ... .seconds(3600)
        limits.headTime = rule.duration("head-time", in: times) ?? limits.headTime
        limits.bodyTime = rule.duration("body-time", in: times) ?? limits.bodyTime
        limits.idleTime =
            rule.duration("idle-time", in: .seconds(1)...times.upperBound) ?? limits.idleTime
        limits.answerTime = rule.duration("answer-time", in: times) ?? limits.answerTime
        return limits
    }
}
