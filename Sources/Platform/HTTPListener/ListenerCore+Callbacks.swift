internal import CMicroHTTPDShims

@unsafe private func core(_ context: UnsafeMutableRawPointer) -> ListenerCore {
    unsafe Unmanaged<ListenerCore>.fromOpaque(context).takeUnretainedValue()
}

@unsafe private func exchange(_ request: UnsafeMutableRawPointer) -> Exchange {
    unsafe Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
}

extension ListenerCore {
    /// What libmicrohttpd calls.
    ///
    /// It holds a connection retained until `closed`; the connection holds its exchange.
    @unsafe static func makeCallbacks(
        _ context: UnsafeMutableRawPointer
    ) -> sluice_httpd_callbacks {
        unsafe sluice_httpd_callbacks(
            context: context,
            opened: { context, descriptor, peer in
                let bytes = unsafe withUnsafeBytes(of: peer.pointee.bytes) { bytes in
                    unsafe Array(bytes.prefix(peer.pointee.count))
                }
                let connection = unsafe core(context).open(descriptor, HTTPPeer(bytes: bytes))
                return unsafe Unmanaged.passRetained(connection).toOpaque()
            },
            closed: { context, connection in
                let connection = unsafe Unmanaged<ClientConnection>.fromOpaque(connection)
                unsafe core(context).close(connection.takeRetainedValue())
            },
            began: { context, connection, target in
                let connection = unsafe Unmanaged<ClientConnection>.fromOpaque(connection)
                    .takeUnretainedValue()
                let exchange = unsafe core(context).begin(String(cString: target), on: connection)
                return unsafe Unmanaged.passUnretained(exchange).toOpaque()
            },
            access: { context, request, handle, method, url, version, bytes, size in
                let head = unsafe RawHead(method: method, url: url, version: version)
                return unsafe exchange(request).access(handle, head, bytes, size)
            },
            produce: { context, request, space, size in
                unsafe exchange(request).produce(space, size)
            },
            completed: { context, request, isComplete in
                unsafe exchange(request).complete(isComplete: isComplete)
            })
    }
}
