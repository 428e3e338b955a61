"""asyncio in the ways scripts use it."""
import asyncio
import contextlib
import time


async def numbers(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield number


@contextlib.asynccontextmanager
async def resource():
    yield "held"


async def main():
    started = time.monotonic()
    # One after the other would take 30 seconds, and no machine is so busy.
    assert await asyncio.gather(*(asyncio.sleep(0.3, index) for index in range(100))) == list(range(100))
    assert time.monotonic() - started < 25
    assert [number async for number in numbers(3)] == [0, 1, 2]
    async with resource() as held, asyncio.timeout(30):
        assert held == "held"
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.02)
        return "no timeout"
    except asyncio.TimeoutError:
        pass
    queue = asyncio.Queue(1)

    async def produce():
        for number in range(5):
            await queue.put(number)

    async with asyncio.TaskGroup() as group:
        group.create_task(produce())
        assert [await queue.get() for _ in range(5)] == list(range(5))
    event, lock = asyncio.Event(), asyncio.Lock()
    asyncio.get_running_loop().call_later(0.01, event.set)
    async with lock:
        await event.wait()
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(0))])
    assert len(done) == 1 and not pending
    return "ok"
