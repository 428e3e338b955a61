"""Opens and lists what a system keeps in files."""
import os

from kit import attempt

FILES = ["/etc/passwd", "/etc/hostname", "/etc/group", "/etc/resolv.conf", "/etc/ssl/openssl.cnf"]
FOLDERS = ["/etc", "/home", "/var", "/run", "/usr", "/usr/bin", "/tmp"]


def main():
    opened = [name for path in FILES for name in attempt(path, os.open, path, os.O_RDONLY)]
    return opened + [name for path in FOLDERS for name in attempt(path, os.listdir, path)]
