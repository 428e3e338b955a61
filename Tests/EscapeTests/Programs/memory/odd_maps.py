"""Asks for maps with a record of kernel faults: growing by themselves, huge, below the first page."""
from kit import attempts, call

MMAP, READ_WRITE, PRIVATE_ANONYMOUS = 9, 3, 0x22
GROWS_DOWN, HUGE = 0x100, 0x40000


def main():
    def map_with(flags):
        return lambda: call(MMAP, None, 2 << 20, READ_WRITE, PRIVATE_ANONYMOUS | flags, -1, 0)

    return attempts({"grows down": map_with(GROWS_DOWN), "huge pages": map_with(HUGE),
                     "stack that grows": map_with(GROWS_DOWN | 0x20000)})
