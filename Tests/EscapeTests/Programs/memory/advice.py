"""Gives the kernel advice about memory that reaches beyond the process."""
import ctypes
import mmap

from kit import attempts, call

MADVISE, PAGE = 28, 4096
ADVICE = {"merge with equal pages": 12, "page out": 21, "do not fork": 10, "cold": 20, "collapse": 25,
          "poison": 100, "guard": 102}


def main():
    place = mmap.mmap(-1, 16 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    start = ctypes.addressof(ctypes.c_char.from_buffer(place))
    return attempts({name: lambda advice=advice: call(MADVISE, start, PAGE, advice)
                     for name, advice in ADVICE.items()})
