"""Puts a filter of its own before everything else, with a listener that answers its calls."""
import ctypes

from kit import attempt, call

PRCTL, SECCOMP, NO_NEW_PRIVILEGES, SET_FILTER = 157, 317, 38, 1
ALLOW = bytes.fromhex("06 00 00 00 00 00 ff 7f")


def main():
    def install():
        code = ctypes.create_string_buffer(ALLOW)
        program = (1).to_bytes(8, "little") + ctypes.addressof(code).to_bytes(8, "little")
        try:
            call(PRCTL, NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        except OSError:
            pass
        call(SECCOMP, SET_FILTER, 0, program)

    return attempt("filter", install)
