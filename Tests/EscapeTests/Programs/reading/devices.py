"""Opens devices and what the kernel shows below /sys."""
import os

from kit import attempt

FILES = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/tty", "/dev/kmsg", "/dev/fuse"]
FOLDERS = ["/dev", "/dev/shm", "/sys", "/sys/fs/cgroup"]


def main():
    opened = [name for path in FILES for name in attempt(path, os.open, path, os.O_RDONLY)]
    return opened + [name for path in FOLDERS for name in attempt(path, os.listdir, path)]
