"""Locks a whole file of the library for itself, and cannot where the other run has."""
import fcntl
import os

from channels.kit_of_pairs import look, repeat
from kit import LIBRARY


def main(sends):
    try:
        file = os.open(LIBRARY, os.O_RDONLY)
    except OSError:
        return []
    if sends:
        return repeat(lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB))

    def see():
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
        return False

    return look(see, "a lock")
