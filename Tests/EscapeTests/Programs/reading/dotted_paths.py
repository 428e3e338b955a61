"""Leaves the language's library by the names of folders above it."""
import os

from kit import attempt

ABOVE = ["/usr/lib/python3.11/../../../etc/passwd", "/usr/share/zoneinfo/../../../etc/passwd",
         "//etc//passwd", "/./etc/./passwd", "../../../../etc/passwd"]


def main():
    return [name for path in ABOVE for name in attempt(path, os.open, path, os.O_RDONLY)]
