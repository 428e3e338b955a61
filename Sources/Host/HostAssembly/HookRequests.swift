internal import HTTPListener
internal import HostAPI
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import Webhooks

extension WebhookRequest {
    /// The request as webhooks see it, its bytes untouched.
    init(_ request: HTTPRequest) {
        let mark = request.target.firstIndex(of: "?")
        let query = mark.map { String(request.target[request.target.index(after: $0)...]) } ?? ""
        var address: [UInt8]?
        if case .address(let bytes) = request.peer { address = bytes }
        self.init(
            method: request.method,
            path: percentDecoded(request.path[...]) ?? request.path, query: query,
            headers: request.headers.fields.map { Header(name: $0.name, value: $0.value) },
            body: request.body, peer: Peer(addressBytes: address),
            receivedAt: Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds))
    }
}

extension WebhookAnswer {
    var receipt: HookReceipt {
        var answer = body.map { HTTPAnswer.json(status, $0) } ?? HTTPAnswer(status: status)
        for (name, value) in headers { answer.headers.set(name, value) }
        return HookReceipt(answer: answer, note: note)
    }
}
