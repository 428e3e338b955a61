"""Locks a file of the library, and sees the lock of the other run."""
import fcntl
import os
import struct

from channels.kit_of_pairs import look, repeat
from kit import LIBRARY

FORM = "hhqqi"


def main(sends):
    try:
        file = os.open(LIBRARY, os.O_RDONLY)
    except OSError:
        return []
    if sends:
        return repeat(lambda: fcntl.fcntl(file, fcntl.F_SETLK, struct.pack(FORM, fcntl.F_RDLCK, 0, 0, 0, 0)))

    def see():
        asked = struct.pack(FORM, fcntl.F_WRLCK, 0, 0, 0, 0)
        return struct.unpack(FORM, fcntl.fcntl(file, fcntl.F_GETLK, asked))[0] != fcntl.F_UNLCK

    return look(see, "a lock")
