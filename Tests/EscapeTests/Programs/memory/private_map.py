"""Maps 80 MiB and writes to each page."""
import mmap


def main():
    with mmap.mmap(-1, 80 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as place:
        for start in range(0, len(place), 4096):
            place[start] = 1
    return ["80 MiB"]
