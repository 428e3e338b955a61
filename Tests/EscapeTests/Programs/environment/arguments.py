"""Reads the arguments and the path of the program it runs in."""
import sys


def main():
    return [each for each in sys.orig_argv + [sys.executable, sys.base_prefix * bool(sys.executable)] if each]
