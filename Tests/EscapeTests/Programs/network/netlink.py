"""Asks the kernel about the machine's interfaces."""
import socket

from kit import attempts


def main():
    return attempts({"interfaces": socket.if_nameindex,
                     "route socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)})
