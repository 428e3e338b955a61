"""Writes 4 MiB to its error output, past Python's buffers."""
import os


def main():
    for _ in range(64):
        os.write(2, bytes(65536))
    return ["written"]
