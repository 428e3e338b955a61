"""Takes one step of the interpreter that lasts, in which no handler of Python runs."""


def main():
    return ["ran on"] if 7 ** 4_000_000 else []
