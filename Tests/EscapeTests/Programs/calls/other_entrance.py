"""Enters the kernel by int 0x80, with numbers that mean other calls there."""
import ctypes
import mmap


def main():
    try:
        place = mmap.mmap(-1, 4096, prot=7)
    except OSError:
        return []
    place.write(bytes.fromhex("53 b8 14 00 00 00 cd 80 5b c3"))
    code = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(place)))
    return ["process %d" % code()] if code() > 0 else []
