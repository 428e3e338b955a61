"""Writes to shared memory with a number, which the other run reads."""
from channels.kit_of_pairs import look, repeat
from kit import call

SHMGET, SHMCTL, KEY, CREATE, REMOVE = 29, 31, 0x51C1, 0o1666, 0


def main(sends):
    if sends:
        repeat(lambda: call(SHMGET, KEY, 4096, CREATE))
        try:
            call(SHMCTL, call(SHMGET, KEY, 0, 0), REMOVE, None)
        except OSError:
            pass
        return []
    return look(lambda: call(SHMGET, KEY, 0, 0) >= 0, "memory")
