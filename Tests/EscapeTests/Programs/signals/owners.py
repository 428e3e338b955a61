"""Has the kernel signal others when something happens to a descriptor."""
import fcntl
import os
import signal

from kit import attempts

F_SETSIG, F_SETOWN_EX, F_NOTIFY, FIOASYNC = 10, 15, 1026, 0x5452


def main():
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    return attempts({
        "owner": lambda: fcntl.fcntl(1, fcntl.F_SETOWN, os.getpid()),
        "owner by kind": lambda: fcntl.fcntl(1, F_SETOWN_EX, bytes(8)),
        "signal": lambda: fcntl.fcntl(1, F_SETSIG, 10),
        "news of a folder": lambda: fcntl.fcntl(os.open("/usr/lib/python3.11", os.O_RDONLY), F_NOTIFY, 1),
        "asynchronous": lambda: fcntl.ioctl(1, FIOASYNC, (0).to_bytes(4, "little")),
    })
