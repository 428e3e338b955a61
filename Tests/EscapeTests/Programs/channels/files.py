"""Leaves a file where the other run looks."""
import os

from channels.kit_of_pairs import look, repeat

PATH = "/tmp/sluice-escape-channel"


def main(sends):
    if sends:
        repeat(lambda: os.close(os.open(PATH, os.O_CREAT | os.O_WRONLY, 0o644)))
        try:
            os.unlink(PATH)
        except OSError:
            pass
        return []
    return look(lambda: os.stat(PATH), "a file")
