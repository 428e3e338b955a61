"""Leaves the folder it sees through links below /proc."""
import os

from kit import attempt

PATHS = ["/proc/self/root/etc/passwd", "/proc/self/cwd", "/proc/1/root/etc/passwd", "/proc/self/exe"]


def main():
    return [name for path in PATHS for name in attempt(path, os.open, path, os.O_RDONLY)]
