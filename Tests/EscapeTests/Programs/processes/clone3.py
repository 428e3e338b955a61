"""Forks by clone3, whose flags stand in memory where no filter looks."""
import ctypes
import os

from kit import attempt, call

CLONE3, SIGCHLD = 435, 17


def main():
    def clone():
        arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, SIGCHLD)
        pid = call(CLONE3, arguments, ctypes.sizeof(arguments))
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    return attempt("clone3", clone)
