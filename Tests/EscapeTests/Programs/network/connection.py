"""Connects to a server of the host over TCP."""
import socket

from kit import attempt


def main(port):
    return attempt("TCP", socket.create_connection, ("127.0.0.1", port), 2)
