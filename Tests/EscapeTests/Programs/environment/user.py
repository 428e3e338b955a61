"""Learns who runs it: the numbers of the user, the group and the process."""
import os

from kit import attempts

NOBODY, REFUSED = 65534, -1


def main():
    numbers = {"user": os.getuid(), "group": os.getgid(), "process": os.getpid()}
    known = [name for name, number in numbers.items() if number not in (NOBODY, 1, REFUSED)]
    return known + attempts({"parent": lambda: os.getppid() > 0 or 1 / 0, "groups": os.getgroups})
