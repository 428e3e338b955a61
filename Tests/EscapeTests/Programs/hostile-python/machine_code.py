"""Memory that is written and then run."""
import ctypes
import mmap


def main():
    done = []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    failed = ctypes.c_void_p(-1).value
    for protection in (4, 5, 6, 7):
        if libc.mmap(None, 4096, protection, 0x22, -1, 0) != failed:
            done.append("mmap %d" % protection)
    page = libc.mmap(None, 4096, 3, 0x22, -1, 0)
    for protection in (4, 5, 7, 0x1000005):
        if libc.mprotect(page, 4096, protection) == 0:
            done.append("mprotect %d" % protection)
    if libc.syscall(329, ctypes.c_void_p(page), 4096, 5, -1) == 0:
        done.append("pkey_mprotect")
    try:
        mmap.mmap(-1, 4096, prot=7)
        done.append("module mmap")
    except OSError:
        pass
    return done
