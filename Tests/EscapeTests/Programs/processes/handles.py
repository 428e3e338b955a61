"""Takes hold of a process by a descriptor."""
import os

from kit import attempts, call

PIDFD_OPEN = 434


def main():
    return attempts({"own": lambda: os.close(call(PIDFD_OPEN, os.getpid(), 0)),
                     "parent's": lambda: os.close(call(PIDFD_OPEN, os.getppid(), 0))})
