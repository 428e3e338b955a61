"""Asks for 80 MiB in a format of a few characters."""


def main():
    return ["%d MiB" % (len("%*d" % (80 << 20, 1)) >> 20)]
