"""Leaves a word in memory that the C library keeps, by address."""
import ctypes

from kit import libc

WORD = 0x51C15C15


def main():
    place = ctypes.c_int.in_dll(libc, "opterr")
    found = ["word"] if place.value == WORD else []
    place.value = WORD
    return found
