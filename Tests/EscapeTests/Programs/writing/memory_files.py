"""Makes files that exist in memory only, the first half of running a program from nowhere."""
import os

from kit import attempts, call

MEMFD_SECRET = 447


def main():
    return attempts({
        "memfd": lambda: os.close(os.memfd_create("x")),
        "sealed memfd": lambda: os.close(os.memfd_create("x", os.MFD_ALLOW_SEALING)),
        "secret memory": lambda: os.close(call(MEMFD_SECRET, 0)),
    })
