"""Makes a socket of every family."""
import socket

from kit import attempt

FAMILIES = (1, 2, 3, 4, 5, 9, 10, 15, 16, 17, 21, 29, 30, 31, 38, 40, 44)


def main():
    reached = []
    for family in FAMILIES:
        for kind in (1, 2, 3, 5):
            reached += attempt("family %d kind %d" % (family, kind), socket.socket, family, kind)
    return reached
