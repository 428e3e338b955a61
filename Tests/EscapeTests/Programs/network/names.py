"""Looks up a name, which by itself carries data out."""
import socket

from kit import attempts


def main():
    return attempts({"address": lambda: socket.getaddrinfo("localhost", 443),
                     "name": lambda: socket.gethostbyname("localhost"),
                     "service": lambda: socket.getservbyname("https")})
