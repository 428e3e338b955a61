"""Takes more of the processor than others, or chooses which."""
import os

from kit import attempts


def main():
    return attempts({
        "nice": lambda: os.nice(1),
        "processors": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
        "policy": lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)),
        "others' priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
    })
