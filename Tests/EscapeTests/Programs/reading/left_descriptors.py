"""Looks for descriptors that somebody left open, the zygote's control socket (60) among them."""
import os

from kit import attempt


def main():
    return [name for number in range(4, 1024) for name in attempt("descriptor %d" % number, os.fstat, number)]
