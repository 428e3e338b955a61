"""Lets others of its user look inside, and lets its memory be written to a core file."""
from kit import attempts, call

PRCTL, PR_SET_DUMPABLE = 157, 4


def main():
    return attempts({"dumpable": lambda: call(PRCTL, PR_SET_DUMPABLE, 1, 0, 0, 0)})
