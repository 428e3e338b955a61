"""Waits for connections, on a port and in IPv6."""
import socket

from kit import attempts


def main():
    return attempts({
        "port": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "port in IPv6": lambda: socket.create_server(("::1", 0), family=socket.AF_INET6).close(),
        "UDP port": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(("127.0.0.1", 0)),
    })
