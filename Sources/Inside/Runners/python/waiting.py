"""An event loop for scripts that may not open descriptors: timers only, no epoll, no socket pair."""

import asyncio
import errno
import selectors
import time

sleep = time.sleep


class QuietSelector(selectors.BaseSelector):
    """Waits for time only; nothing else can happen in a process without network and threads."""

    def register(self, fileobj, events, data=None):
        raise PermissionError(errno.EPERM, "no descriptor can be watched in this profile")

    def unregister(self, fileobj):
        raise KeyError(fileobj)

    def get_map(self):
        return {}

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("the script waits for something that can never happen: no timer and no other task is left")
        if timeout > 0:
            sleep(timeout)
        return []


class QuietLoop(asyncio.SelectorEventLoop):
    """The loop of `asyncio.run` in profiles without network."""

    def __init__(self):
        super().__init__(QuietSelector())

    def _make_self_pipe(self):
        self._ssock = self._csock = None

    def _close_self_pipe(self):
        pass

    def _process_events(self, event_list):
        pass


class QuietPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes quiet loops, whoever asks."""

    _loop_factory = QuietLoop

    def new_event_loop(self):
        return QuietLoop()


def wait_for(awaitable):
    """The result of what an async `main` returned."""

    async def waiting():
        return await awaitable

    return asyncio.run(waiting())
