"""Every system call of a list, with arguments that harm nobody even where it works."""
import ctypes


def main(numbers):
    libc = ctypes.CDLL(None, use_errno=True)
    minus = ctypes.c_long(-1)
    answers = []
    for number in numbers:
        result = libc.syscall(ctypes.c_long(number), minus, minus, minus, minus, minus, minus)
        answers.append([number, ctypes.get_errno() if result == -1 else 0])
    return answers
