import CLinux

/// Waits for many descriptors at once (epoll(7)), level-triggered.
///
/// Each descriptor is watched under a token of the caller's choice. Closing a descriptor ends its watch.
package struct Poller: ~Copyable, Sendable {
    package struct Interest: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let read = Interest(rawValue: CLINUX_READABLE.rawValue)
        package static let write = Interest(rawValue: CLINUX_WRITABLE.rawValue)
        /// Always watched; no interest is needed.
        static let hangUp = Interest(rawValue: CLINUX_HANG_UP.rawValue)
    }

    package struct Event: Sendable, Hashable {
        package let token: UInt64
        package let isReadable: Bool
        package let isWritable: Bool
        /// The other end is gone, or the descriptor is broken.
        ///
        /// There may still be something to read.
        package let isHangUp: Bool
    }

    private let descriptor: Descriptor

    package init() throws(Errno) {
        let number = clinux_poller()
        if number < 0 { throw Errno.last }
        descriptor = Descriptor(owning: number)
    }

    package borrowing func watch(
        _ watched: borrowing Descriptor, for interest: Interest, as token: UInt64
    ) throws(Errno) {
        let result = clinux_poller_add(
            descriptor.number, watched.number, interest.rawValue, token)
        if result != 0 { throw Errno.last }
    }

    package borrowing func stopWatching(_ watched: borrowing Descriptor) throws(Errno) {
        if clinux_poller_remove(descriptor.number, watched.number) != 0 { throw Errno.last }
    }

    /// What is ready, at most 64 of it, or nothing after `timeout`.
    ///
    /// Nil waits for ever.
    package borrowing func wait(until deadline: MonotonicInstant?) throws(Errno) -> [Event] {
        let number = descriptor.number
        var failure: Errno?
        let events = unsafe [clinux_event](unsafeUninitializedCapacity: 64) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            let count = unsafe clinux_poller_wait(
                number, base, Self.milliseconds(until: deadline))
            if count < 0 { failure = Errno.last }
            filled = max(0, Int(count))
        }
        if let failure { throw failure }
        return events.map { event in
            let bits = Interest(rawValue: event.ready)
            return Event(
                token: event.token, isReadable: bits.contains(.read),
                isWritable: bits.contains(.write), isHangUp: bits.contains(.hangUp))
        }
    }

    /// Rounded up, so that a deadline has passed when the wait ends.
    private static func milliseconds(until deadline: MonotonicInstant?) -> Int32 {
        guard let deadline else { return -1 }
        let rest = deadline.nanoseconds - MonotonicInstant.now.nanoseconds
        if rest <= 0 { return 0 }
        return Int32(clamping: (rest + 999_999) / 1_000_000)
    }
}

/// Wakes a thread that waits in a poller (eventfd(2)).
package struct WakeUp: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init() throws(Errno) {
        let number = clinux_wake_up()
        if number < 0 { throw Errno.last }
        descriptor = Descriptor(owning: number)
    }

    /// Makes the descriptor readable; many signals are one.
    package borrowing func signal() { clinux_wake_up_signal(descriptor.number) }

    package borrowing func clear() { clinux_wake_up_clear(descriptor.number) }
}
