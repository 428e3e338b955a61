"""Fills a dictionary with keys of one hash."""


class Same:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self is other


def main():
    return ["ran on"] if len({Same(): number for number in range(6000)}) else []
