"""int 0x80 from bytes that stand in executable memory by chance: nothing has to be written."""
import ctypes


def find(needle):
    """An address of `needle` in an executable page of libc, found without /proc."""
    libc = ctypes.CDLL(None)
    start = ctypes.cast(libc.printf, ctypes.c_void_p).value & ~0xFFF
    for page in range(start - (200 << 12), start + (200 << 12), 4096):
        if page < start - (60 << 12):
            continue
        data = ctypes.string_at(page, 4096)
        place = data.find(needle)
        if place >= 0:
            return page + place
    return 0


def main():
    address = find(b"\xcd\x80")
    if not address:
        return "no such bytes"
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    return "lived on"
