"""Asks ioctl with bits that the kernel cuts off (CVE-2019-7303), and for what no script needs."""
from kit import attempts, call

IOCTL, FIONREAD, FIOASYNC = 16, 0x541B, 0x5452


def main():
    space = bytes(8)
    return attempts({
        "high bits": lambda: call(IOCTL, 1, 1 << 32 | FIONREAD, space),
        "asynchronous": lambda: call(IOCTL, 1, FIOASYNC, space),
    })
