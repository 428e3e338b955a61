"""Asks how large and how busy the machine is, and on which processor it runs."""
import os

from kit import attempts, call

SYSINFO, GETCPU = 99, 309


def main():
    return attempts({
        "load": os.getloadavg,
        "sysinfo": lambda: call(SYSINFO, bytes(128)),
        "processor": lambda: call(GETCPU, None, None, None),
        "file systems": lambda: os.statvfs("/"),
    })
