"""Turns the pair of sockets that asyncio needs into more than a pair."""
import socket

from kit import attempts


def main():
    left, right = socket.socketpair()

    def pass_descriptor():
        socket.send_fds(left, [b"x"], [1])
        return socket.recv_fds(right, 1, 1)

    return attempts({
        "pass a descriptor": pass_descriptor,
        "options": lambda: left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20),
        "ask who is there": lambda: right.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12),
        "datagrams": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
        "urgent data": lambda: left.send(b"x", socket.MSG_OOB),
        "messages": lambda: left.sendmsg([b"x"]),
        "bind": lambda: left.bind("\0sluice-escape-pair"),
    })
