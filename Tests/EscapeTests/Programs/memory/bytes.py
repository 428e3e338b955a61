"""Keeps 80 MiB of bytes."""


def main():
    kept = []
    for _ in range(80):
        kept.append(bytearray(b"x") * (1 << 20))
    return ["%d MiB" % len(kept)]
