"""Makes semaphores with a number, which the other run finds."""
from channels.kit_of_pairs import look, repeat
from kit import call

SEMGET, SEMCTL, KEY, CREATE, REMOVE = 64, 66, 0x51C1, 0o1666, 0


def main(sends):
    if sends:
        repeat(lambda: call(SEMGET, KEY, 1, CREATE))
        try:
            call(SEMCTL, call(SEMGET, KEY, 0, 0), 0, REMOVE, None)
        except OSError:
            pass
        return []
    return look(lambda: call(SEMGET, KEY, 0, 0) >= 0, "semaphores")
