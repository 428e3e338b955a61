"""An event loop that opens no descriptor of its own: no epoll and no socket pair for those who only wait."""

import time

sleep = time.sleep


def quieten(asyncio):
    """Gives asyncio loops of this kind, whoever asks for one."""
    import selectors
    import threading

    class QuietSelector(selectors.BaseSelector):
        """Waits for time alone until something registers a descriptor; then a real selector takes over.

        Without descriptors and threads nothing but a timer can end a wait.
        """

        def __init__(self):
            self.real = None

        def register(self, fileobj, events, data=None):
            if self.real is None:
                self.real = selectors.DefaultSelector()
            return self.real.register(fileobj, events, data)

        def unregister(self, fileobj):
            if self.real is None:
                raise KeyError(fileobj)
            return self.real.unregister(fileobj)

        def get_map(self):
            return {} if self.real is None else self.real.get_map()

        def close(self):
            if self.real is not None:
                self.real.close()

        def select(self, timeout=None):
            watched = bool(self.get_map())
            if threading.active_count() > 1:  # a thread may add work, and no pipe would wake us
                timeout = 0.001 if timeout is None else min(timeout, 0.001)
            elif timeout is None and not watched:
                raise RuntimeError("the script waits for something that can never happen: no timer and no other task is left")
            if watched:
                return self.real.select(timeout)
            if timeout > 0:
                sleep(timeout)
            return []

    class QuietLoop(asyncio.SelectorEventLoop):
        """The loop of `asyncio.run`."""

        def __init__(self):
            super().__init__(QuietSelector())

        def _make_self_pipe(self):
            self._ssock = self._csock = None

        def _close_self_pipe(self):
            pass

        async def shutdown_default_executor(self):
            """Waits for the executor's threads here: asyncio's own would start one more to wait in."""
            self._executor_shutdown_called = True
            if self._default_executor is not None:
                self._default_executor.shutdown(wait=True)

    class QuietPolicy(asyncio.DefaultEventLoopPolicy):
        """Makes quiet loops, whoever asks."""

        _loop_factory = QuietLoop

        def new_event_loop(self):
            return QuietLoop()

    asyncio.set_event_loop_policy(QuietPolicy())


def wait_for(awaitable):
    """The result of what an async `main` returned."""
    import asyncio

    async def waiting():
        return await awaitable

    return asyncio.run(waiting())


adjustments.add("asyncio", quieten)
