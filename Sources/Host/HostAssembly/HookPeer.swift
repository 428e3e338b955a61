internal import HTTPTransport
internal import Webhooks

extension WebhookRequest.Peer {
    /// - Parameter addressBytes: 4 or 16 bytes in network order; nil for a unix socket.
    init(addressBytes: [UInt8]?) {
        self = addressBytes.flatMap { IPAddress(bytes: $0) }.map { .address($0) } ?? .unixSocket
    }
}
