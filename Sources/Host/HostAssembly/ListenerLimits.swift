internal import FlowModel
internal import HTTPListener
internal import HTTPTransport
internal import SandboxPolicy

extension HTTPLimits {
    /// - Parameter files: how many files the process may have open; half of them at most are connections.
    init(_ configuration: HostConfiguration, files: Int) {
        let limits = configuration.limits
        let proxies = configuration.trustedProxies.compactMap { IPNetwork($0) }
        self.init(
            connections: min(limits.connections, max(16, files / 2)),
            connectionsPerPeer: limits.perAddress,
            isExempt: { peer in
                guard case .address(let bytes) = peer, let address = IPAddress(bytes: bytes) else {
                    return true
                }
                return proxies.contains { $0.contains(address) }
            },
            headBytes: limits.head.bytes, targetBytes: min(8 << 10, limits.head.bytes),
            headTime: limits.headTime, bodyTime: limits.bodyTime, idleTime: limits.idleTime,
            heldBytes: limits.held.bytes, bodyBytes: limits.body?.bytes ?? .max,
            answerTime: limits.answerTime, answerRate: limits.answerRate.bytes)
    }
}
