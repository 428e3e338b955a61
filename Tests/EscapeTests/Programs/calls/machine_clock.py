"""Asks how the machine's clock is kept, by the call that also sets it."""
from kit import attempt, call

ADJTIMEX = 159


def main():
    return attempt("clock", call, ADJTIMEX, bytes(208))
