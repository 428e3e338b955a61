"""Tells the supervisor which line of the script runs, while it records what the script is refused."""

MOST_MARKS = 50_000  # a mark costs some 20 µs; a script that runs on has its first lines known


def mark_lines(job, number, magic):
    """Says each line of the script's own file by a call that is refused, as all else is.

    The supervisor reads the line from a register: nothing is decided by it.
    """
    import ctypes

    call = ctypes.CDLL(None).syscall
    left = MOST_MARKS

    def say(line):
        nonlocal left
        left -= 1
        if left < 0:
            sys.settrace(None)
            line = 0
        call(ctypes.c_long(number), ctypes.c_long(magic), ctypes.c_long(line))

    def follow(frame, event, argument):
        if event == "line":
            say(frame.f_lineno)
        elif event == "return" and frame.f_back is not None and frame.f_back.f_code.co_filename == job.file:
            say(frame.f_back.f_lineno)
        return follow if left > 0 else None

    def trace(frame, event, argument):
        return follow if frame.f_code.co_filename == job.file and left > 0 else None

    sys.settrace(trace)
