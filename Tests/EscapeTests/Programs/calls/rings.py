"""Opens a ring, whose calls a thread of the kernel makes behind every filter."""
import os

from kit import attempt, call

IO_URING_SETUP = 425


def main():
    return attempt("ring", lambda: os.close(call(IO_URING_SETUP, 4, bytes(120))))
