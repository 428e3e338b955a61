"""Changes files that it finds or makes: their length, rights, times and attributes."""
import os

from kit import LIBRARY, attempts

PATH = "/tmp/sluice-escape-change"


def main():
    try:
        os.close(os.open(PATH, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        pass
    reached = attempts({
        "length": lambda: os.truncate(PATH, 10),
        "rights": lambda: os.chmod(PATH, 0o644),
        "times": lambda: os.utime(PATH, (0, 0)),
        "owner": lambda: os.chown(PATH, -1, -1),
        "removal": lambda: os.unlink(PATH),
        "length of the library": lambda: os.truncate(LIBRARY, os.stat(LIBRARY).st_size),
        "rights of the library": lambda: os.chmod(LIBRARY, 0o644),
        "opening the library": lambda: os.open(LIBRARY, os.O_RDWR),
        "times of the library": lambda: os.utime(LIBRARY),
    })
    return reached
