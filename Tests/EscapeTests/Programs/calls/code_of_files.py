"""Maps files as code: the language's own, the system's, and a mapping that was made for reading."""
import os

from kit import FOLDER, LIBRARY, attempts, call

MMAP, MPROTECT, PKEY_MPROTECT = 9, 10, 329
READ, WRITE, EXECUTE = 1, 2, 4
SHARED, PRIVATE, SHARED_VALIDATE = 1, 2, 3


def opened(path):
    return os.open(path, os.O_RDONLY)


def mapped(path, protection, flags=PRIVATE):
    return lambda: call(MMAP, None, 4096, protection, flags, opened(path), 0)


def changed(number, protection, *more):
    def act():
        page = call(MMAP, None, 4096, READ, PRIVATE, opened(LIBRARY), 0)
        call(number, page, 4096, protection, *more)
    return act


def main():
    paths = [LIBRARY, FOLDER + "/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", "/lib64/ld-linux-x86-64.so.2",
             "/usr/bin/true"]
    acts = {path: mapped(path, READ | EXECUTE) for path in paths}
    acts["execute only"] = mapped(LIBRARY, EXECUTE)
    acts["written and executed"] = mapped(LIBRARY, READ | WRITE | EXECUTE)
    acts["shared"] = mapped(LIBRARY, READ | EXECUTE, SHARED)
    acts["shared and checked"] = mapped(LIBRARY, READ | EXECUTE, SHARED_VALIDATE)
    acts["high bits"] = mapped(LIBRARY, 1 << 32 | READ | EXECUTE)
    acts["made code later"] = changed(MPROTECT, READ | EXECUTE)
    acts["made code with a key"] = changed(PKEY_MPROTECT, READ | EXECUTE, -1)
    return attempts(acts)
