package import SandboxPolicy

/// What the host takes from clients (`limits` in `sluice.yaml`); the defaults stand here.
package struct ConnectionLimits: Sendable, Hashable {
    /// Connections at once.
    package var connections = 4096
    /// Connections at once from one address, unless it is a trusted proxy's.
    package var perAddress = 1024
    /// Of a request line and its headers.
    package var head = ByteCount(32 << 10)
    package var headTime = Duration.seconds(20)
    /// Of one body, where its route takes more; nil: as its route says.
    package var body: ByteCount?
    package var bodyTime = Duration.seconds(60)
    /// Of all bodies and large answers that are held at once.
    package var held = ByteCount(512 << 20)
    package var idleTime = Duration.seconds(75)
    package var answerTime = Duration.seconds(60)
    /// In a second.
    package var answerRate = ByteCount(16 << 10)

    package init() {}
}
