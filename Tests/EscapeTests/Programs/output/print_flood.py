"""Prints 4 MiB."""


def main():
    for _ in range(4096):
        print("x" * 1023)
    return ["printed"]
