"""Reads memory by process number; its own number stands for anybody's."""
import ctypes
import os

from kit import attempt, call

READ = 310


class Vector(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def main():
    source, target = ctypes.create_string_buffer(b"secret"), ctypes.create_string_buffer(6)
    local, remote = Vector(ctypes.addressof(target), 6), Vector(ctypes.addressof(source), 6)
    return attempt("read", call, READ, os.getpid(), ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
