"""Makes 20,000 calls that are refused, each of which wakes the supervisor."""
import os


def main():
    for _ in range(20_000):
        try:
            os.getppid()
        except OSError:
            pass
    return ["20,000 calls"]
