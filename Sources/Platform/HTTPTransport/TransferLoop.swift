internal import CCurl
internal import Glibc
internal import Synchronization

/// The thread that drives every transfer, and the only one that touches libcurl's handles.
///
/// Others hand it work through an inbox and wake it up.
@safe final class TransferLoop: @unchecked Sendable {
    private struct Inbox {
        var arrivals: [Transfer] = []
        var cancelled: [UInt64] = []
        var isStopping = false
        /// After this the multi handle must not be touched by anybody.
        var isGone = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var nextIdentifier: UInt64 = 0
    }

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer
    /// Touched by the loop's thread only, keyed by the address of the easy handle.
    private var active: [UInt: Transfer] = [:]

    private static let isLibraryReady =
        curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private init() throws(TransportSetupError) {
        guard Self.isLibraryReady, let created = unsafe curl_multi_init() else {
            throw TransportSetupError(cause: "libcurl does not initialise")
        }
        unsafe multi = created
    }

    static func start() throws(TransportSetupError) -> TransferLoop {
        let loop = try TransferLoop()
        let context = unsafe Unmanaged.passRetained(loop)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<TransferLoop>.fromOpaque(argument).takeRetainedValue().drive()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            throw TransportSetupError(cause: "no thread: error \(code)")
        }
        pthread_detach(thread)
        return loop
    }

    // MARK: Called by anybody

    func run(_ plan: TransferPlan) async -> Result<HTTPResponse, HTTPError> {
        let identifier = inbox.withLock { inbox in
            inbox.nextIdentifier += 1
            return inbox.nextIdentifier
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = Transfer(identifier: identifier, plan: plan) {
                    continuation.resume(returning: $0)
                }
                submit(transfer)
                // A cancellation from before the transfer was in the inbox found nothing to cancel.
                if Task.isCancelled { cancel(identifier) }
            }
        } onCancel: {
            cancel(identifier)
        }
    }

    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            wakeUp(inbox)
        }
    }

    func stopAndWait() async {
        await withCheckedContinuation { continuation in
            let isGone = inbox.withLock { inbox in
                inbox.isStopping = true
                if !inbox.isGone { inbox.waiters.append(continuation) }
                wakeUp(inbox)
                return inbox.isGone
            }
            if isGone { continuation.resume() }
        }
    }

    private func submit(_ transfer: Transfer) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.arrivals.append(transfer)
            wakeUp(inbox)
            return true
        }
        if !isAccepted { transfer.fail(.closed) }
    }

    private func cancel(_ identifier: UInt64) {
        inbox.withLock { inbox in
            inbox.cancelled.append(identifier)
            wakeUp(inbox)
        }
    }

    /// Under the inbox's lock, so that the handle cannot go away in between.
    private func wakeUp(_ inbox: borrowing Inbox) {
        if !inbox.isGone { unsafe _ = curl_multi_wakeup(multi) }
    }

    // MARK: The loop's own thread

    private func drive() {
        blockSignals()
        var isRunning = true
        while isRunning {
            isRunning = takeInbox()
            var running: Int32 = 0
            unsafe _ = curl_multi_perform(multi, &running)
            finishDone()
            let wait = endExpired()
            if isRunning { unsafe _ = curl_multi_poll(multi, nil, 0, wait, nil) }
        }
        for transfer in Array(active.values) { end(transfer, .closed) }
        let (arrivals, waiters) = inbox.withLock { inbox in
            inbox.isGone = true
            return (inbox.arrivals, inbox.waiters)
        }
        unsafe curl_multi_cleanup(multi)
        for transfer in arrivals { transfer.fail(.closed) }
        for waiter in waiters { waiter.resume() }
    }

    /// OpenSSL writes without MSG_NOSIGNAL: a peer that is gone would end the process by SIGPIPE.
    private func blockSignals() {
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    }

    /// Starts what arrived and ends what was cancelled; false when the loop must stop.
    private func takeInbox() -> Bool {
        let (arrivals, cancelled, isStopping) = inbox.withLock { inbox in
            let taken = (inbox.arrivals, inbox.cancelled, inbox.isStopping)
            inbox.arrivals = []
            inbox.cancelled = []
            return taken
        }
        for transfer in arrivals { begin(transfer) }
        if !cancelled.isEmpty {
            let identifiers = Set(cancelled)
            for transfer in Array(active.values)
            where identifiers.contains(transfer.identifier) {
                end(transfer, .cancelled)
            }
        }
        return !isStopping
    }

    private func begin(_ transfer: Transfer) {
        guard let easy = unsafe transfer.prepare() else { return }
        guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else {
            transfer.fail(.unreachable("libcurl takes no more transfers"))
            return
        }
        active[UInt(bitPattern: easy)] = transfer
    }

    private func finishDone() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE,
                let easy = unsafe message.pointee.easy_handle,
                let transfer = active.removeValue(forKey: UInt(bitPattern: easy))
            else { continue }
            let code = unsafe message.pointee.data.result
            unsafe _ = curl_multi_remove_handle(multi, easy)
            transfer.finish(code)
        }
    }

    /// Ends what is past a deadline; gives the milliseconds until the next one.
    private func endExpired() -> Int32 {
        let now = ContinuousClock.now
        var next = Duration.seconds(60)
        for transfer in Array(active.values) {
            let deadline = transfer.nextDeadline
            if deadline.instant <= now {
                end(transfer, .timeout(deadline.stage, after: deadline.after))
            } else {
                next = min(next, deadline.instant - now)
            }
        }
        let (seconds, attoseconds) = next.components
        return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func end(_ transfer: Transfer, _ kind: HTTPError.Kind) {
        if let easy = unsafe transfer.easy {
            active.removeValue(forKey: UInt(bitPattern: easy))
            unsafe _ = curl_multi_remove_handle(multi, easy)
        }
        transfer.fail(kind)
    }
}
