"""Returns 400 lists within each other."""


def main():
    value = []
    for _ in range(400):
        value = [value]
    return value
