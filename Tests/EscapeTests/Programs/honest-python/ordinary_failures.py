"""What scripts catch: a sandbox must not change how an error is caught."""
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import traceback


def caught(act, *kinds):
    try:
        act()
    except kinds:
        return True
    return False


def main():
    assert caught(lambda: 1 / 0, ZeroDivisionError) and caught(lambda: {}["a"], KeyError)
    assert caught(lambda: json.loads("{"), json.JSONDecodeError)
    assert caught(lambda: open("/etc/passwd"), FileNotFoundError, PermissionError)
    assert caught(lambda: open("/tmp/x", "w"), PermissionError, FileNotFoundError)
    assert caught(lambda: socket.create_connection(("example.com", 80)), OSError)
    assert caught(lambda: tempfile.TemporaryFile(), OSError)
    assert caught(lambda: os.fork(), OSError)
    assert not os.path.exists("/etc/passwd") and not os.access("/etc/passwd", os.R_OK)
    assert not sys.stdin or sys.stdin.read() == ""
    assert not sys.stdout.isatty() and os.cpu_count() >= 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0
    seen = []
    signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
    signal.raise_signal(signal.SIGUSR1)
    assert seen == [signal.SIGUSR1]
    sys.setrecursionlimit(3000)

    def deep(count):
        return 0 if count == 0 else 1 + deep(count - 1)

    assert deep(2000) == 2000
    try:
        raise ValueError("inner") from KeyError("outer")
    except ValueError:
        assert "inner" in traceback.format_exc()
    warm = [bytes(1 << 20) for _ in range(100)]
    del warm
    return "ok"
