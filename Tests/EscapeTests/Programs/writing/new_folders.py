"""Makes and removes folders."""
import os

from kit import attempt


def make(path):
    os.mkdir(path)
    os.rmdir(path)


def main():
    paths = ["/tmp/sluice-escape-folder", "/sluice-escape-folder", "/dev/shm/sluice-escape-folder"]
    return [name for path in paths for name in attempt(path, make, path)]
