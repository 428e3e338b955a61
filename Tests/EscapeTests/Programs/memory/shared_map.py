"""Maps 80 MiB as shared memory, which some limits do not count."""
import mmap


def main():
    with mmap.mmap(-1, 80 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS) as place:
        for start in range(0, len(place), 4096):
            place[start] = 1
    return ["80 MiB"]
