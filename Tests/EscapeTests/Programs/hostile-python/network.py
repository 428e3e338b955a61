"""Every kind of socket. Each entry of the answer is something that worked."""
import socket


def main(patient=True):
    done = []

    def attempt(name, act):
        try:
            act()
            done.append(name)
        except OSError:
            pass

    for family in (1, 2, 3, 4, 5, 9, 10, 15, 16, 17, 21, 29, 30, 31, 38, 40, 44):
        for kind in (1, 2, 3) if family in (1, 2, 10, 16, 17) else (5,):
            attempt("socket(%d, %d)" % (family, kind), lambda: socket.socket(family, kind))
    if not patient:
        return sorted(set(done))
    attempt("create_connection", lambda: socket.create_connection(("127.0.0.1", 22), timeout=1))
    attempt("create_connection 6", lambda: socket.create_connection(("::1", 22), timeout=1))
    attempt("metadata", lambda: socket.create_connection(("169.254.169.254", 80), timeout=1))
    attempt("getaddrinfo", lambda: socket.getaddrinfo("example.com", 443))
    attempt("create_server", lambda: socket.create_server(("127.0.0.1", 0)))
    attempt("if_nameindex", lambda: socket.if_nameindex())
    for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        attempt("socketpair(%d)" % kind, lambda: socket.socketpair(socket.AF_UNIX, kind))
    # The one pair that asyncio needs must lead nowhere.
    try:
        left, right = socket.socketpair()
    except OSError:
        return sorted(set(done))
    attempt("connect", lambda: left.connect("/run/x"))
    attempt("connect abstract", lambda: left.connect("\0x"))
    attempt("bind", lambda: left.bind("\0sluice-escape"))
    attempt("listen", lambda: left.listen(1))
    attempt("sendto with an address", lambda: left.sendto(b"x", "/run/systemd/notify"))
    attempt("pass a descriptor", lambda: socket.send_fds(left, [b"x"], [0]))
    attempt("receive a descriptor", lambda: socket.recv_fds(right, 1, 1))
    attempt("setsockopt", lambda: left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20))
    return sorted(set(done))
