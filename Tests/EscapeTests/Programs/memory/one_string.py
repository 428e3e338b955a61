"""Makes one string of 80 MiB in a single step."""


def main():
    return ["%d MiB" % (len("x" * (80 << 20)) >> 20)]
