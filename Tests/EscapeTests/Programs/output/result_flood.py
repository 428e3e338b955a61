"""Writes 64 MiB to the descriptor of the result."""
import os


def main():
    for _ in range(1024):
        os.write(3, bytes(65536))
    return ["written"]
