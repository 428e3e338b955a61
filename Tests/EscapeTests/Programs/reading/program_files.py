"""Reads programs and libraries of the system."""
import os

from kit import attempt

PATHS = ["/usr/bin/python3", "/bin/sh", "/usr/bin/env", "/etc/ld.so.cache", "/lib64/ld-linux-x86-64.so.2"]


def main():
    return [name for path in PATHS for name in attempt(path, os.open, path, os.O_RDONLY)]
