"""Two runs that look for each other: `sender` repeats an act, `receiver` asks until it sees something."""
import time

LASTS = 0.4


def repeat(act):
    """Repeats `act` and keeps what it answers."""
    kept, end = [], time.monotonic() + LASTS
    while time.monotonic() < end:
        try:
            kept.append(act())
        except Exception:
            pass
        time.sleep(0.01)
    return []


def look(see, name):
    """`[name]` as soon as `see` answers something."""
    end = time.monotonic() + LASTS
    while time.monotonic() < end:
        try:
            if see():
                return [name]
        except Exception:
            pass
        time.sleep(0.005)
    return []
