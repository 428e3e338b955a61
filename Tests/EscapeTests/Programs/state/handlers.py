"""Leaves handlers of signals, exit functions and hooks of imports and audits."""
import atexit
import signal
import sys


def main():
    found = ["signal"] if signal.getsignal(signal.SIGUSR1) not in (signal.SIG_DFL, None) else []
    if any(getattr(each, "sluice_mark", False) for each in sys.meta_path):
        found.append("import")
    signal.signal(signal.SIGUSR1, lambda number, frame: None)
    atexit.register(lambda: None)

    class Finder:
        sluice_mark = True

        def find_spec(self, *arguments):
            return None

    sys.meta_path.append(Finder())
    return found
