"""Opens files through the C library's own functions."""
import ctypes

from kit import libc


def main():
    reached = []
    libc.fopen.restype = libc.opendir.restype = ctypes.c_void_p
    if libc.open(b"/etc/passwd", 0) >= 0:
        reached.append("open")
    if libc.fopen(b"/etc/passwd", b"r"):
        reached.append("fopen")
    if libc.opendir(b"/etc"):
        reached.append("opendir")
    return reached
