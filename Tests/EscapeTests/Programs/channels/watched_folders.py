"""Is told by the kernel when the other run opens a file of the library."""
import os

from channels.kit_of_pairs import look, repeat
from kit import FOLDER, LIBRARY, call

INOTIFY_INIT1, INOTIFY_ADD_WATCH, IN_OPEN, NONBLOCK = 294, 254, 0x20, 0x800


def main(sends):
    folder = FOLDER.encode()
    if sends:
        return repeat(lambda: os.close(os.open(LIBRARY, os.O_RDONLY)))
    try:
        watch = call(INOTIFY_INIT1, NONBLOCK)
        call(INOTIFY_ADD_WATCH, watch, folder, IN_OPEN)
    except OSError:
        return []
    return look(lambda: os.read(watch, 4096), "an opened file")
