import CLinux

/// A thread of its own for work that waits in system calls; the cooperative pool must not.
package enum ServiceThread {
    /// Starts a thread that runs `body` and ends with it.
    ///
    /// All signals are blocked there.
    ///
    /// Only the first 15 bytes of `name` are seen in tools.
    package static func start(
        named name: String, _ body: @escaping @Sendable () -> Void
    ) throws(Errno) {
        let box = unsafe Unmanaged.passRetained(Body(body))
        let result = unsafe name.withCString { text in
            unsafe clinux_start_thread(
                text,
                { context in
                    guard let context = unsafe context else { return }
                    unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                }, box.toOpaque())
        }
        if result != 0 {
            let failure = Errno.last
            unsafe box.release()
            throw failure
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
