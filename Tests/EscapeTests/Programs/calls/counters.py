"""Counts events of the processor, a fine clock for attacks by time."""
import os

from kit import attempt, call

PERF_EVENT_OPEN = 298


def main():
    software_clock = bytes([1, 0, 0, 0, 128]) + bytes(35) + (0x60).to_bytes(8, "little") + bytes(80)
    return attempt("counter", lambda: os.close(call(PERF_EVENT_OPEN, software_clock, 0, -1, -1, 0)))
