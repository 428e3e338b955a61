"""Handles its own page faults, which stops the kernel wherever it reads memory."""
import os

from kit import attempt, call

USERFAULTFD, USER_MODE_ONLY = 323, 1


def main():
    return attempt("handler", lambda: os.close(call(USERFAULTFD, USER_MODE_ONLY)))
