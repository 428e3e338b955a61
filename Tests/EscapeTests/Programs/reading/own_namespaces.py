"""Takes hold of its own namespaces through /proc, the first step of entering others."""
import os

from kit import attempt

PATHS = ["/proc/self/ns/" + name for name in ("user", "mnt", "net", "pid", "ipc", "uts", "cgroup", "time")]


def main():
    return [name for path in PATHS for name in attempt(path, os.open, path, os.O_RDONLY)]
