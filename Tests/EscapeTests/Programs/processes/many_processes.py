"""Forks as often as it may, up to 40 at once."""
import os
import time


def main():
    pids = []
    for _ in range(40):
        try:
            pid = os.fork()
        except OSError:
            break
        if pid == 0:
            time.sleep(0.3)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    return ["%d processes" % len(pids)] if pids else []
