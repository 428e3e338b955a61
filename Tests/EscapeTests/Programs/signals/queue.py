"""Sends signals that carry data, and waits for those of others."""
import os
import signal

from kit import attempts, call

RT_SIGQUEUEINFO, SIGNALFD4 = 129, 289


def main():
    message = (10).to_bytes(4, "little") + bytes(4) + (0xFFFFFFFF).to_bytes(4, "little") + bytes(116)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    return attempts({
        "queued": lambda: call(RT_SIGQUEUEINFO, os.getpid(), 10, message),
        "waited": lambda: signal.sigtimedwait([signal.SIGUSR2], 0) and None,
        "descriptor": lambda: os.close(call(SIGNALFD4, -1, bytes(8), 8, 0)),
    })
