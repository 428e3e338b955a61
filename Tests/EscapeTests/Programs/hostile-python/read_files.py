"""Every way to a file of the host. Each entry of the answer is something that was reached."""
import ctypes
import os

PATHS = [
    "/", "/usr", "/etc/passwd", "/etc/hostname", "/etc/ssl/certs", "/proc/self/environ", "/proc/self/mem",
    "/proc/self/maps", "/proc/1/cmdline", "/proc/version", "/proc/net/tcp", "/sys/kernel",
    "/dev/urandom", "/dev/null", "/dev/shm", "/tmp", "/home", "/root", "/var", "/run", "/usr/bin",
    "/usr/bin/python3", "/bin/sh", "/usr/lib/x86_64-linux-gnu", "/usr/lib/python3",
    "/usr/lib/python3.11/../../../etc/passwd", "/usr/lib/python3.11/../../bin",
    "/usr/share/zoneinfo/../../../etc/passwd", "/proc/self/fd/0/../../../etc/passwd",
    "/proc/self/root/etc/passwd", "/proc/self/cwd", "//etc//passwd",
]


def main():
    reached = []
    # Descriptors that somebody may have left behind.
    for number in range(4, 256):
        try:
            os.fstat(number)
            reached.append("descriptor %d" % number)
        except OSError:
            pass
    for path in PATHS:
        for act in (lambda: os.open(path, os.O_RDONLY), lambda: os.open(path, os.O_RDONLY | os.O_NOFOLLOW),
                    lambda: os.listdir(path), lambda: os.open(path, os.O_PATH)):
            try:
                act()
                reached.append(path)
            except OSError:
                pass
    libc = ctypes.CDLL(None, use_errno=True)
    for name in ("open", "fopen", "opendir"):
        function = getattr(libc, name)
        function.restype = ctypes.c_void_p
        result = function(b"/etc/passwd", b"r") if name == "fopen" else function(b"/etc/passwd", 0)
        if name == "open" and ctypes.c_int(result or 0).value >= 0 or name != "open" and result:
            reached.append("libc " + name)
    return sorted(set(reached))
