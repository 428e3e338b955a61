internal import CCurl
internal import CCurlShims

/// What one transfer needs to know; one hop of a request.
struct TransferPlan: Sendable {
    var request: HTTPRequest
    var proxy: String?
    var caFile: String?
    var userAgent: String
    var deadline: ContinuousClock.Instant
    var receiving: (@Sendable ([UInt8]) -> Void)?
}

/// One hop under way: owns its easy handle and gathers the answer.
///
/// Everything but `identifier` belongs to the loop's thread once it is in the inbox.
@safe final class Transfer: @unchecked Sendable {
    let identifier: UInt64
    private(set) var easy: UnsafeMutableRawPointer?

    private let plan: TransferPlan
    private let completion: @Sendable (Result<HTTPResponse, HTTPError>) -> Void
    private var isDone = false
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let callbacks: UnsafeMutablePointer<sluice_curl_callbacks>

    private var head = ResponseHead()
    private var body: [UInt8] = []
    private var receivedCount = 0
    private var refusal: EgressRefusal?
    private var overflow: HTTPError.Kind?

    private var startedAt = ContinuousClock.now
    private var readyAt: ContinuousClock.Instant?
    private var lastByteAt: ContinuousClock.Instant?

    init(
        identifier: UInt64, plan: TransferPlan,
        completion: @escaping @Sendable (Result<HTTPResponse, HTTPError>) -> Void
    ) {
        self.identifier = identifier
        self.plan = plan
        self.completion = completion
        unsafe callbacks = .allocate(capacity: 1)
    }

    deinit {
        if let easy = unsafe easy { unsafe curl_easy_cleanup(easy) }
        unsafe curl_slist_free_all(headerList)
        unsafe callbacks.deallocate()
    }

    // MARK: Life

    /// The configured handle; nil when that did not work, and then the transfer has failed.
    func prepare() -> UnsafeMutableRawPointer? {
        startedAt = .now
        guard let created = unsafe curl_easy_init() else {
            fail(.unreachable("libcurl gives no handle"))
            return nil
        }
        unsafe easy = created
        connectCallbacks()
        let options = TransferOptions(plan: plan)
        guard let list = unsafe options.apply(to: created),
            unsafe sluice_curl_set_callbacks(created, callbacks) == 0
        else {
            fail(.invalidRequest("libcurl refuses an option"))
            return nil
        }
        unsafe headerList = list.pointer
        return unsafe created
    }

    func finish(_ code: CURLcode) {
        guard code == CURLE_OK else {
            fail(overflow ?? refusal.map { .egressRefused($0) } ?? TransferFailure.kind(of: code))
            return
        }
        guard (200...599).contains(head.status) else {
            fail(.invalidAnswer("it has no status"))
            return
        }
        complete(
            .success(
                HTTPResponse(
                    status: head.status, headers: head.headers, body: body, url: plan.request.url)))
    }

    func fail(_ kind: HTTPError.Kind) {
        complete(
            .failure(
                HTTPError(
                    kind: kind, method: plan.request.method, origin: plan.request.url.origin,
                    mayHaveArrived: readyAt != nil)))
    }

    private func complete(_ result: Result<HTTPResponse, HTTPError>) {
        guard !isDone else { return }
        isDone = true
        completion(result)
    }

    // MARK: Deadlines

    struct Deadline {
        var instant: ContinuousClock.Instant
        var stage: HTTPError.TimeoutStage
        var after: Duration
    }

    var nextDeadline: Deadline {
        let timeouts = plan.request.timeouts
        let total = Deadline(instant: plan.deadline, stage: .total, after: timeouts.total)
        let own =
            if let lastByteAt {
                Deadline(instant: lastByteAt + timeouts.idle, stage: .idle, after: timeouts.idle)
            } else if let readyAt {
                Deadline(
                    instant: readyAt + timeouts.firstByte, stage: .firstByte,
                    after: timeouts.firstByte)
            } else {
                Deadline(
                    instant: startedAt + timeouts.connect, stage: .connect, after: timeouts.connect)
            }
        return own.instant < total.instant ? own : total
    }

    // MARK: What libcurl tells

    private func connectCallbacks() {
        let table = unsafe sluice_curl_callbacks(
            header: { context, bytes, count in
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                let line = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
                return transfer.receiveHeader(line) ? count : 0
            },
            body: { context, bytes, count in
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                let piece = unsafe UnsafeBufferPointer(start: bytes, count: count)
                return unsafe transfer.receiveBody(piece) ? count : count &+ 1
            },
            may_connect: { context, bytes, count, _ in
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                let address = unsafe IPAddress(
                    bytes: Array(UnsafeBufferPointer(start: bytes, count: count)))
                return transfer.mayConnect(address)
            },
            may_send: { context, text, _ in
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.maySend(unsafe IPAddress(String(cString: text)))
            },
            context: Unmanaged.passUnretained(self).toOpaque())
        unsafe callbacks.initialize(to: table)
    }

    private func receiveHeader(_ line: [UInt8]) -> Bool {
        lastByteAt = .now
        guard head.take(line) else {
            overflow = .invalidAnswer("its headers are over \(ResponseHead.limit) bytes")
            return false
        }
        return true
    }

    private func receiveBody(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        lastByteAt = .now
        receivedCount += piece.count
        guard receivedCount <= plan.request.responseLimit else {
            overflow = .responseTooLarge(limit: plan.request.responseLimit)
            return false
        }
        if let receiving = plan.receiving, (200...299).contains(head.status) {
            receiving(unsafe Array(piece))
        } else {
            unsafe body.append(contentsOf: piece)
        }
        return true
    }

    private func mayConnect(_ address: IPAddress?) -> Bool {
        guard let address else { return false }
        // A proxy is the host owner's own choice; what it may reach was judged before.
        if plan.proxy != nil { return true }
        let url = plan.request.url
        guard
            let refused = plan.request.egress.refusal(of: address, host: url.host, port: url.port)
        else { return true }
        refusal = refused
        return false
    }

    private func maySend(_ address: IPAddress?) -> Bool {
        guard mayConnect(address) else { return false }
        readyAt = .now
        return true
    }
}
