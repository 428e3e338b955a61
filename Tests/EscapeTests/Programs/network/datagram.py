"""Sends a datagram to the host, which needs no answer to leak something."""
import socket

from kit import attempt


def main(port):
    def send():
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))

    return attempt("UDP", send)
