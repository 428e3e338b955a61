"""Cuts itself loose from those who would end it: the death signal, the group, the session."""
import os

from kit import attempts, call

PRCTL, PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 157, 1, 36


def main():
    return attempts({
        "death signal": lambda: call(PRCTL, PR_SET_PDEATHSIG, 0, 0, 0, 0),
        "adopting": lambda: call(PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0),
        "session": os.setsid,
        "group": lambda: os.setpgid(0, 0),
    })
