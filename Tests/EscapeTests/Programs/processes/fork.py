"""Forks."""
import os

from kit import attempts


def main():
    def fork():
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    return attempts({"fork": fork})
