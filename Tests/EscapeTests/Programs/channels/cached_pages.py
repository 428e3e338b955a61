"""Asks which pages of a shared library are in memory, which tells what others used."""
import ctypes

from kit import attempts, call, libc

MINCORE = 27


def main():
    page = ctypes.cast(libc.printf, ctypes.c_void_p).value & ~4095
    return attempts({"pages": lambda: call(MINCORE, page, 4096, bytes(8))})
