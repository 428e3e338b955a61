"""Reads the clock of a process by its number."""
import os
import time

from kit import attempts


def main():
    return attempts({"clock of a process": lambda: time.clock_gettime(~os.getpid() << 3 | 2)})
