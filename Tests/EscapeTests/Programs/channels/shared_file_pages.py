"""Waits at an address of a file of the library that two runs have mapped, and is woken by the other."""
import ctypes
import mmap
import os

from channels.kit_of_pairs import look
from kit import LIBRARY, call

FUTEX, WAIT, WAKE = 202, 0, 1


def main(sends):
    try:
        file = os.open(LIBRARY, os.O_RDONLY)
        place = mmap.mmap(file, 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
    except OSError:
        return []
    words = (ctypes.c_uint32 * 1024)
    word = int.from_bytes(place[:4], "little")
    address, length = ctypes.c_void_p(), ctypes.c_ssize_t()
    ctypes.pythonapi.PyObject_AsReadBuffer(
        ctypes.py_object(place), ctypes.byref(address), ctypes.byref(length))
    if sends:
        return look(lambda: call(FUTEX, address, WAKE, 1, None, None, 0), "somebody waited")
    soon = (0).to_bytes(8, "little") + (100_000_000).to_bytes(8, "little")
    return look(lambda: call(FUTEX, address, WAIT, word, soon, None, 0) == 0, "somebody woke it")
