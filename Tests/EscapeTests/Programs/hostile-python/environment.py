"""What the host left in sight: the environment, the arguments, the names of things."""
import ctypes
import os
import platform
import sys


def main():
    libc = ctypes.CDLL(None)
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    raw = []
    index = 0
    while environ and environ[index]:
        raw.append(environ[index].decode("utf-8", "replace"))
        index += 1
    return {
        "environ": sorted(os.environ), "raw": sorted(raw), "argv": sys.argv,
        "orig_argv": sys.orig_argv, "executable": sys.executable, "node": platform.node(),
        "uid": os.getuid(), "gid": os.getgid(), "pid": os.getpid(), "cwd": os.getcwd(),
        "path": sys.path,
    }
