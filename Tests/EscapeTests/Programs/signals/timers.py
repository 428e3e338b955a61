"""Makes timers, whose signals come by themselves."""
import signal

from kit import attempts, call

TIMER_CREATE, TIMERFD_CREATE = 222, 283


def main():
    def alarm():
        signal.setitimer(signal.ITIMER_REAL, 1000)
        signal.setitimer(signal.ITIMER_REAL, 0)

    return attempts({
        "interval": alarm,
        "alarm": lambda: signal.alarm(0),
        "timer": lambda: call(TIMER_CREATE, 0, None, bytes(4)),
        "descriptor": lambda: call(TIMERFD_CREATE, 0, 0),
    })
