"""Starts as many threads as it may, up to 60 at once."""
import threading


def main():
    ended = threading.Event()
    count = 0
    try:
        for _ in range(60):
            threading.Thread(target=ended.wait, args=(5,)).start()
            count += 1
    except RuntimeError:
        pass
    ended.set()
    return ["%d threads" % count] if count == 60 else []
