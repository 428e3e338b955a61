"""Holds a folder by a descriptor without rights to it (O_PATH), and opens from there."""
import os

from kit import FOLDER, attempts


def main():
    def open_from_path():
        folder = os.open("/", os.O_PATH)
        os.open("etc/passwd", os.O_RDONLY, dir_fd=folder)

    return attempts({
        "path of /": lambda: os.open("/", os.O_PATH),
        "path of the library": lambda: os.open(FOLDER, os.O_PATH),
        "from a path": open_from_path,
    })
