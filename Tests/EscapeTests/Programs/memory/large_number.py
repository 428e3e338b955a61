"""Makes one number of 80 MiB."""


def main():
    return ["%d MiB" % ((1 << (80 << 23)).bit_length() >> 23)]
