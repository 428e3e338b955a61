"""Catches whatever is thrown at it, and goes on."""
import time


def main():
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                pass
        except BaseException:
            continue
    return ["ran on"]
