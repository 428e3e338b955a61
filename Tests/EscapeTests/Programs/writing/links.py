"""Leaves links and renames, which somebody with more rights may follow."""
import os

from kit import attempts

PATH = "/tmp/sluice-escape-link"


def main():
    def symbolic():
        os.symlink("/etc/passwd", PATH)
        os.unlink(PATH)

    def hard():
        os.close(os.open(PATH, os.O_CREAT | os.O_WRONLY, 0o600))
        try:
            os.link(PATH, PATH + "2")
            os.rename(PATH + "2", PATH + "3")
            os.unlink(PATH + "3")
        finally:
            os.unlink(PATH)

    return attempts({"symbolic link": symbolic, "hard link": hard})
