"""Announces a result of a megabyte and writes it a byte at a time."""
import os
import struct
import time


def main():
    os.write(3, struct.pack("<IIQ", 0x31534552, 1, 1 << 20))
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        os.write(3, b" ")
    return ["wrote on"]
