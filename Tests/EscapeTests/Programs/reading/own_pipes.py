"""Opens its own pipes a second time through /proc, their other ends too."""
import os

from kit import attempt

PATHS = ["/proc/self/fd/%d" % number for number in range(4)]


def main():
    return [name for path in PATHS for name in attempt(path, os.open, path, os.O_RDONLY)]
