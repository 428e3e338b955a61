"""Ignores and blocks every signal, and goes on."""
import signal
import time


def main():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        pass
    return ["ran on"]
