"""Returns 40 MiB."""


def main():
    return ["x" * (40 << 20)]
