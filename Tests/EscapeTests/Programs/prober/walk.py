"""Every system call of a list, with arguments that harm nobody even where it works."""
import ctypes


def main(calls):
    libc = ctypes.CDLL(None, use_errno=True)
    answers = []
    for number, *arguments in calls:
        values = [ctypes.c_long(each) for each in arguments]
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(number), *values)
        answers.append([number, ctypes.get_errno() if result == -1 else 0])
    return answers
