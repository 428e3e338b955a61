"""Asks which paths of the host exist, without opening any."""
import os

from kit import attempts


def main():
    return attempts({
        "stat": lambda: os.stat("/etc/passwd"),
        "lstat": lambda: os.lstat("/etc/hostname"),
        "access": lambda: os.access("/etc/passwd", os.R_OK) or 1 / 0,
        "readlink": lambda: os.readlink("/proc/self/exe"),
    })
