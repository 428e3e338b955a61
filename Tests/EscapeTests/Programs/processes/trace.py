"""Offers itself to be traced, the first step of steering a process from another."""
from kit import attempt, call

PTRACE, PTRACE_TRACEME = 101, 0


def main():
    return attempt("traced", call, PTRACE, PTRACE_TRACEME, 0, 0, 0)
