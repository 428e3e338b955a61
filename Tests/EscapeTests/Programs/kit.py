"""What the programs share: attempts, of which those that work are told, and calls by number."""
import ctypes
import os

FOLDER = "/usr/lib/python3.11"
LIBRARY = FOLDER + "/os.py"

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    """The answer of a system call; an error of the kernel is raised."""
    values = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result = libc.syscall(ctypes.c_long(number), *values)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def attempt(name, act, *arguments):
    """`[name]` when `act` worked, and nothing when it was refused."""
    try:
        act(*arguments)
    except Exception:
        return []
    return [name]


def attempts(acts):
    """The names of the acts that worked."""
    return [name for name, act in acts.items() for name in attempt(name, act)]
