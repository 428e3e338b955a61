"""Makes files wherever others leave some."""
import os

from kit import attempt

FOLDERS = ["/tmp", "/dev/shm", "/var/tmp", "/run/lock", "/", ".", "/usr/lib/python3.11", "/usr/share/zoneinfo"]


def make(folder):
    path = os.path.join(folder, "sluice-escape")
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    os.unlink(path)


def main():
    return [name for folder in FOLDERS for name in attempt(folder, make, folder)]
