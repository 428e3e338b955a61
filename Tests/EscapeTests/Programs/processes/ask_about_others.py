"""Asks about processes by number: that some exist, their group, priority, limits and time."""
import os
import time

from kit import attempts, call

PRLIMIT = 302


def main():
    other = os.getpid()
    return attempts({
        "group": lambda: os.getpgid(other),
        "session": lambda: os.getsid(other),
        "priority": lambda: os.getpriority(os.PRIO_PROCESS, other),
        "policy": lambda: os.sched_getscheduler(other),
        "processors": lambda: os.sched_getaffinity(other),
        "limits": lambda: call(PRLIMIT, other, 7, None, bytes(16)),
        "time": lambda: time.clock_gettime(~other << 3 | 2),
    })
