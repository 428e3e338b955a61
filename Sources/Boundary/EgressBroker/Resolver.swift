import HTTPTransport
import LinuxSystem
import Synchronization

/// Asks for addresses on threads of its own, a few at once; the others wait in order.
final class Resolver: Sendable {
    private static let mostThreads = 8

    private let resolve: @Sendable (String) -> [IPAddress]
    private let mailbox: Mailbox<BrokerCommand>
    private let state = Mutex<(running: Int, waiting: [(name: String, serial: UInt32)])>((0, []))

    init(
        resolve: @escaping @Sendable (String) -> [IPAddress], mailbox: Mailbox<BrokerCommand>
    ) {
        self.resolve = resolve
        self.mailbox = mailbox
    }

    /// The answer comes as a message.
    func ask(_ name: String, for serial: UInt32) {
        let mayStart = state.withLock { state in
            state.waiting.append((name, serial))
            guard state.running < Self.mostThreads else { return false }
            state.running += 1
            return true
        }
        guard mayStart else { return }
        do {
            try ServiceThread.start(named: "sluice-resolve") { self.work() }
        } catch {
            state.withLock { $0.running -= 1 }
            _ = mailbox.post(.resolved(serial, []))
        }
    }

    private func work() {
        while true {
            let next = state.withLock { state -> (name: String, serial: UInt32)? in
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            guard let next else { return }
            _ = mailbox.post(.resolved(next.serial, resolve(next.name)))
        }
    }
}
