"""Opens a file of the library with flags that do more than read."""
import os

from kit import LIBRARY, attempts

FLAGS = {"append": os.O_WRONLY | os.O_APPEND, "path": os.O_PATH, "direct": os.O_DIRECT, "signals": os.O_ASYNC,
         "synchronous": os.O_SYNC, "high bits": 1 << 24}


def main():
    return attempts({name: lambda flags=flags: os.close(os.open(LIBRARY, os.O_RDONLY | flags))
                     for name, flags in FLAGS.items()})
