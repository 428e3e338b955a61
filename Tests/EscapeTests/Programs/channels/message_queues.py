"""Makes a queue of messages with a number, which the other run finds."""
from channels.kit_of_pairs import look, repeat
from kit import call

MSGGET, MSGCTL, KEY, CREATE, REMOVE = 68, 71, 0x51C1, 0o1666, 0


def main(sends):
    if sends:
        repeat(lambda: call(MSGGET, KEY, CREATE))
        try:
            call(MSGCTL, call(MSGGET, KEY, 0), REMOVE, None)
        except OSError:
            pass
        return []
    return look(lambda: call(MSGGET, KEY, 0) >= 0, "a queue")
