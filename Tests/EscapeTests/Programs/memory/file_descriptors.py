"""Opens more descriptors than any script needs."""
import os


def main():
    count = 0
    try:
        while count < 200:
            os.dup(1)
            count += 1
    except OSError:
        pass
    return ["%d descriptors" % count] if count == 200 else []
