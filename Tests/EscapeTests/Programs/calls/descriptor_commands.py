"""Gives commands to descriptors that reach beyond the process: leases, sizes of pipes, hints."""
import fcntl

from kit import attempts

GET_LEASE, PIPE_SIZE, GET_HINT = 1025, 1032, 1035


def main():
    return attempts({
        "lease": lambda: fcntl.fcntl(1, GET_LEASE),
        "size of a pipe": lambda: fcntl.fcntl(1, PIPE_SIZE),
        "larger pipe": lambda: fcntl.fcntl(1, PIPE_SIZE - 1, 1 << 17),
        "hint": lambda: fcntl.fcntl(1, GET_HINT, bytes(8)),
    })
