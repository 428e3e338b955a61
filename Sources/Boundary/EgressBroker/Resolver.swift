import HTTPTransport
import LinuxSystem
import Synchronization

/// Asks for addresses on threads of its own, a few at once; the others wait in order.
final class Resolver: Sendable {
    private static let mostThreads = 8

    private let resolve: @Sendable (String) -> [IPAddress]
    private let mailbox: Mailbox<BrokerCommand>
    private struct State {
        var running = 0
        /// Names that nobody asks for yet, in order.
        var waiting: [String] = []
        /// Who waits for a name, also while it is being asked for: many at once are one question.
        var serials: [String: [UInt32]] = [:]
    }

    private let state = Mutex(State())

    init(
        resolve: @escaping @Sendable (String) -> [IPAddress], mailbox: Mailbox<BrokerCommand>
    ) {
        self.resolve = resolve
        self.mailbox = mailbox
    }

    /// The answer comes as a message.
    func ask(_ name: String, for serial: UInt32) {
        let mayStart = state.withLock { state in
            state.serials[name, default: []].append(serial)
            guard state.serials[name]?.count == 1 else { return false }
            state.waiting.append(name)
            guard state.running < Self.mostThreads else { return false }
            state.running += 1
            return true
        }
        guard mayStart else { return }
        do {
            try ServiceThread.start(named: "sluice-resolve") { self.work() }
        } catch {
            // Other threads take what waits; without any, nothing can be resolved now.
            let isAlone = state.withLock { state in
                state.running -= 1
                return state.running == 0
            }
            if isAlone { answerAll() }
        }
    }

    private func work() {
        while let name = next() {
            let addresses = resolve(name)
            let serials = state.withLock { $0.serials.removeValue(forKey: name) } ?? []
            for serial in serials { _ = mailbox.post(.resolved(serial, addresses)) }
        }
    }

    private func next() -> String? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private func answerAll() {
        let serials = state.withLock { state in
            defer {
                state.waiting = []
                state.serials = [:]
            }
            return state.serials.values.flatMap(\.self)
        }
        for serial in serials { _ = mailbox.post(.resolved(serial, [])) }
    }
}
