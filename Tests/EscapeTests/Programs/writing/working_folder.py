"""Moves itself to another folder, and changes what new files may do."""
import os

from kit import attempts


def main():
    return attempts({"chdir": lambda: os.chdir("/usr"), "umask": lambda: os.umask(0o22),
                     "fchdir": lambda: os.fchdir(os.open("/", os.O_RDONLY))})
