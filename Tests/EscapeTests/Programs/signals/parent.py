"""Asks whether it may signal the process that started it."""
import os

from kit import attempt


def main(host):
    return attempt("parent", os.kill, host, 0)
