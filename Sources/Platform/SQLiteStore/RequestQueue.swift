internal import Glibc

/// What a database thread is asked to do.
struct DatabaseRequest {
    /// Runs on the database thread inside the batch's transaction; may throw to undo its own part.
    let run: (SQLiteConnection) throws -> Void
    /// Told once, when the batch is durable (nil) or was lost.
    ///
    /// On the database thread.
    let finish: ((any Error)?) -> Void
    /// Whether the batch needs a transaction for it.
    let writes: Bool
    /// Whether somebody waits for it.
    ///
    /// The others may stay for a moment, to share a flush.
    let isAwaited: Bool
}

/// Requests on their way to the one thread that serves them, in order.
///
/// The lock is held for an append or a swap only. `@unchecked Sendable`: every access to a variable
/// is under `mutex`.
@safe
final class RequestQueue: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var requests: [DatabaseRequest] = []
    private var hasAwaited = false
    private var isClosed = false
    private var commitCount = 0
    private var isFinished = false
    private var waiters: [() -> Void] = []

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe changed = .allocate(capacity: 1)
        unsafe changed.initialize(to: pthread_cond_t())
        // Timed waits must not follow the wall clock when somebody sets it.
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// False when the queue is closed: the request was not taken.
    func append(_ request: DatabaseRequest) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        guard !isClosed else { return false }
        requests.append(request)
        let isFirstAwaited = request.isAwaited && !hasAwaited
        hasAwaited = hasAwaited || request.isAwaited
        if requests.count == 1 || isFirstAwaited { unsafe pthread_cond_signal(changed) }
        return true
    }

    /// What is already queued is still served.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_signal(changed)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits for requests and takes all that are there; nil once the queue is closed and empty.
    func takeAll() -> [DatabaseRequest]? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while requests.isEmpty && !isClosed {
            unsafe pthread_cond_wait(changed, mutex)
        }
        guard !requests.isEmpty else { return nil }
        waitForAwaited()
        defer {
            requests = []
            hasAwaited = false
        }
        return requests
    }

    /// Gives writes that nobody waits for 20 ms to share the flush of one that somebody does.
    private func waitForAwaited() {
        var deadline = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + 20_000_000
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        while !hasAwaited && !isClosed {
            if unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return }
        }
    }

    /// Transactions that were made durable.
    var commits: Int {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return commitCount
    }

    func countCommit() {
        unsafe pthread_mutex_lock(mutex)
        commitCount += 1
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Calls `waiter` once the thread has closed the file, from the thread.
    func whenFinished(_ waiter: @escaping () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        if !isFinished { waiters.append(waiter) }
        let isOver = isFinished
        unsafe pthread_mutex_unlock(mutex)
        if isOver { waiter() }
    }

    /// The thread's last word: the file is closed.
    func finish() {
        unsafe pthread_mutex_lock(mutex)
        isFinished = true
        let told = waiters
        waiters = []
        unsafe pthread_mutex_unlock(mutex)
        for waiter in told { waiter() }
    }
}
