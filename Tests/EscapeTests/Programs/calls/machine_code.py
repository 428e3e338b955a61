"""Asks for memory that is written and then run."""
import ctypes
import mmap

from kit import attempts, call

MMAP, MPROTECT, PKEY_MPROTECT = 9, 10, 329


def main():
    place = ctypes.addressof(ctypes.create_string_buffer(8192)) + 4095 & ~4095

    acts = {"map %d" % bits: lambda bits=bits: mmap.mmap(-1, 4096, prot=bits) for bits in (4, 5, 6, 7)}
    acts["protect"] = lambda: call(MPROTECT, place, 4096, 7)
    acts["protect with a key"] = lambda: call(PKEY_MPROTECT, place, 4096, 7, -1)
    acts["high bits"] = lambda: call(MMAP, None, 4096, 1 << 32 | 5, 0x22, -1, 0)
    return attempts(acts)
