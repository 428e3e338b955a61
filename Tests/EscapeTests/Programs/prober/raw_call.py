"""One system call by its number, with arguments that harm nobody even where it works."""
import ctypes


def main(number, arguments=None):
    libc = ctypes.CDLL(None, use_errno=True)
    values = arguments if arguments is not None else [-1] * 6
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value) for value in values])
    return {"result": result, "errno": ctypes.get_errno() if result == -1 else 0}
