"""Reads the environment, in Python's copy and in the process's own."""
import ctypes
import os

from kit import libc

OWN = {"LANG", "TZ"}


def main():
    place = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    names = set(os.environ)
    index = 0
    while place and place[index]:
        names.add(place[index].decode("utf-8", "replace").partition("=")[0])
        index += 1
    return sorted(names - OWN)
