"""Looks at processes through /proc: their memory, environment, files and connections."""
import os

from kit import attempt

PATHS = [
    "/proc/self/mem", "/proc/self/maps", "/proc/self/environ", "/proc/self/status",
    "/proc/1/cmdline", "/proc/version", "/proc/net/tcp",
    "/proc/thread-self/stat", "/proc/sys/kernel/hostname",
]


def main():
    return [name for path in PATHS for name in attempt(path, os.open, path, os.O_RDONLY)]
