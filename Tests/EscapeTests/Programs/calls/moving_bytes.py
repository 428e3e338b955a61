"""Moves bytes between descriptors within the kernel, where faults of its page cache were."""
import os

from kit import LIBRARY, attempts, call

SENDFILE, SPLICE, PIPE2 = 40, 275, 293


def main():
    return attempts({
        "pipe": lambda: call(PIPE2, bytes(8), 0),
        "sendfile": lambda: call(SENDFILE, 1, os.open(LIBRARY, os.O_RDONLY), None, 1),
        "splice": lambda: call(SPLICE, 0, None, 1, None, 0, 2),
    })
