"""Waits at an address of the C library, whose pages all processes share, and is woken by another run."""
import ctypes

from channels.kit_of_pairs import look
from kit import call, libc

FUTEX, WAIT, WAKE = 202, 0, 1


def main(sends):
    address = ctypes.cast(libc.printf, ctypes.c_void_p).value & ~3
    here = ctypes.c_void_p(address)
    if sends:
        return look(lambda: call(FUTEX, here, WAKE, 1, None, None, 0), "somebody waited")
    word = ctypes.c_uint32.from_address(address).value
    soon = (0).to_bytes(8, "little") + (100_000_000).to_bytes(8, "little")
    return look(lambda: call(FUTEX, here, WAIT, word, soon, None, 0) == 0, "somebody woke it")
