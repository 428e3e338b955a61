"""Every way to disturb somebody else. Signal 0 only: it asks whether one may."""
import ctypes
import fcntl
import os
import signal


def main():
    done = []

    def attempt(name, act):
        try:
            act()
            done.append(name)
        except (OSError, ValueError):
            pass

    libc = ctypes.CDLL(None, use_errno=True)

    def raw(*arguments):
        result = libc.syscall(*[ctypes.c_long(argument) for argument in arguments])
        if result < 0:
            raise OSError(ctypes.get_errno(), "raw")

    for pid in (-1, 0, 2, 3, os.getppid() or 1):
        attempt("kill %s" % ("parent" if pid > 3 else pid), lambda: os.kill(pid, 0))
    for pid in (2, 3, 100):
        attempt("tgkill %d" % pid, lambda: raw(234, pid, pid, 0))
        attempt("tkill %d" % pid, lambda: raw(200, pid, 0))
    attempt("killpg", lambda: os.killpg(1, 0))
    attempt("alarm", lambda: signal.setitimer(signal.ITIMER_REAL, 1000))
    attempt("owner", lambda: fcntl.fcntl(0, fcntl.F_SETOWN, 1))
    attempt("lock", lambda: fcntl.lockf(3, fcntl.LOCK_EX | fcntl.LOCK_NB))
    attempt("flock", lambda: fcntl.flock(0, fcntl.LOCK_EX | fcntl.LOCK_NB))
    attempt("lease", lambda: fcntl.fcntl(0, 1024, 0))
    attempt("pipe size", lambda: fcntl.fcntl(1, 1031, 1 << 20))
    attempt("priority", lambda: os.nice(1))
    attempt("affinity", lambda: os.sched_setaffinity(0, {0}))
    attempt("limits", lambda: __import__("resource").setrlimit(7, (16, 16)))
    return sorted(set(done))
