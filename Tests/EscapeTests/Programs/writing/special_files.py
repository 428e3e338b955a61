"""Leaves pipes and sockets with a name, through which a later run could be spoken to."""
import os

from kit import attempts

PATH = "/tmp/sluice-escape-special"


def main():
    def pipe():
        os.mkfifo(PATH)
        os.unlink(PATH)

    def node():
        os.mknod(PATH)
        os.unlink(PATH)

    return attempts({"pipe": pipe, "node": node})
