"""Becomes somebody else, be it only itself again."""
import os

from kit import attempts


def main():
    return attempts({"user": lambda: os.setuid(os.getuid())})
