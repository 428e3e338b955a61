"""Connects to a server of the host through its socket file."""
import socket

from kit import attempt


def main(file):
    return attempt("socket file", lambda: socket.socket(socket.AF_UNIX).connect(file))
