"""Forks by the kernel's own calls, with the flags that a supervisor or a zygote uses."""
import os

from kit import attempts, call

CLONE, FORK, SIGCHLD = 56, 57, 17
FLAGS = {"plain": SIGCHLD, "own processes": 0x20000000 | SIGCHLD, "sibling": 0x8000 | SIGCHLD,
         "as the zygote does": 0x20008000 | SIGCHLD, "own users": 0x10000000 | SIGCHLD,
         "files shared": 0x400 | SIGCHLD, "no signal": 0}


def main():
    def clone(flags):
        pid = call(CLONE, flags, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        if not flags & 0x8000:
            os.waitpid(pid, 0x40000000)

    acts = {name: lambda flags=flags: clone(flags) for name, flags in FLAGS.items()}
    acts["fork"] = lambda: call(FORK) or os._exit(0)
    return attempts(acts)
