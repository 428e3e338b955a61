"""Keeps a key in the kernel, where other processes of the user find it."""
from kit import attempt, call

ADD_KEY, USER_KEYRING = 248, -4


def main():
    return attempt("key", call, ADD_KEY, b"user", b"sluice-escape", b"x", 1, USER_KEYRING)
