"""Keeps small objects until they are 80 MiB."""


def main():
    kept = None
    for _ in range(80 << 20 >> 6):
        kept = [kept]
    while kept:
        kept = kept[0]
    return ["80 MiB"]
