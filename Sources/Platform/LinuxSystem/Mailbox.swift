import Synchronization

/// Messages from any thread to the one that waits in a poller.
///
/// Closing is final: what is posted afterwards is not taken, and the sender learns that.
package final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp

    package init() throws(Errno) { wakeUp = try WakeUp() }

    /// Whether the message was taken.
    package func post(_ message: Message) -> Bool {
        let isFirst = state.withLock { state -> Bool? in
            if state.isClosed { return nil }
            state.messages.append(message)
            return state.messages.count == 1
        }
        if isFirst == true { wakeUp.signal() }
        return isFirst != nil
    }

    /// All that was posted, in order of arrival.
    package func take() -> [Message] {
        wakeUp.clear()
        return state.withLock { state in
            defer { state.messages.removeAll(keepingCapacity: true) }
            return state.messages
        }
    }

    /// Closes it if nothing waits in it; whether it is closed now.
    package func closeIfEmpty() -> Bool {
        state.withLock { state in
            if state.messages.isEmpty { state.isClosed = true }
            return state.isClosed
        }
    }

    package func watch(with poller: borrowing Poller, as token: UInt64) throws(Errno) {
        try poller.watch(wakeUp.descriptor, for: .read, as: token)
    }
}
