internal import Glibc

extension SpawnRequest {
    /// Runs the program to its end, with what it says in `log`; nil when it was killed because it had
    /// not ended at `deadline`.
    ///
    /// It is a process group of its own: an interrupted terminal does not reach it. Cancelling the task
    /// does not either; the deadline does.
    package func run(
        logging log: Channel, in folder: String, until deadline: MonotonicInstant
    ) async throws(Errno) -> ProcessExit.End? {
        let pid = try start(logging: log.descriptor, in: folder)
        let result = await withCheckedContinuation { done in
            do throws(Errno) {
                try ServiceThread.start(named: "sluice-program") {
                    done.resume(
                        returning: Result { () throws(Errno) in
                            try Self.awaitEnd(of: pid, until: deadline)
                        })
                }
            } catch {
                ProcessGroup.kill(pid)
                done.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    private static func awaitEnd(
        of pid: Int32, until deadline: MonotonicInstant
    ) throws(Errno) -> ProcessExit.End? {
        let handle = try ProcessHandle(pid: pid)
        let poller = try Poller()
        try poller.watch(handle.descriptor, for: .read, as: 0)
        while MonotonicInstant.now < deadline {
            guard try !poller.wait(until: deadline).isEmpty else { continue }
            if let exit = try handle.reap() { return exit.end }
        }
        ProcessGroup.kill(pid)
        _ = try poller.wait(until: nil)
        _ = try handle.reap()
        return nil
    }
}
