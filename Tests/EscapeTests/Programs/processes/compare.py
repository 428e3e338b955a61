"""Compares itself with another process, which tells about its memory."""
import os

from kit import attempt, call

KCMP, KCMP_FILE = 312, 0


def main():
    return attempt("compared", call, KCMP, os.getpid(), os.getpid(), KCMP_FILE, 1, 1)
