"""An honest tour of asyncio: main returns the names of the checks that failed."""

import asyncio
import contextlib
import contextvars
import time

current = contextvars.ContextVar("current", default=0)


async def gathered():
    async def one(n):
        await asyncio.sleep(0.001 * (3 - n))
        return n
    return await asyncio.gather(*[one(n) for n in range(3)]) == [0, 1, 2]


async def queued():
    queue, seen = asyncio.Queue(2), []

    async def producer():
        for n in range(5):
            await queue.put(n)
        await queue.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(producer())
        while (item := await queue.get()) is not None:
            seen.append(item)
    return seen == [0, 1, 2, 3, 4]


async def timed_out():
    try:
        async with asyncio.timeout(0.005):
            await asyncio.sleep(60)
    except TimeoutError:
        return True


async def cancelled():
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return task.cancelled()


async def synchronised():
    lock, event, semaphore, order = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(1), []

    async def waiter():
        await event.wait()
        async with lock, semaphore:
            order.append("waiter")

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    order.append("main")
    event.set()
    await task
    return order == ["main", "waiter"]


async def generated():
    async def numbers():
        for n in range(3):
            await asyncio.sleep(0)
            yield n
    return [n async for n in numbers()] == [0, 1, 2]


async def contexts():
    async def change():
        current.set(5)
    await asyncio.create_task(change())
    return current.get() == 0


async def first_done():
    done, pending = await asyncio.wait(
        [asyncio.create_task(asyncio.sleep(n / 100)) for n in (0, 100)], return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return len(done) == 1


async def slept():
    start = time.monotonic()
    await asyncio.sleep(0.01)
    return time.monotonic() - start >= 0.01


async def main():
    failed = []
    for check in (gathered, queued, timed_out, cancelled, synchronised, generated, contexts, first_done, slept):
        try:
            if not await check():
                failed.append(check.__name__)
        except Exception as error:
            failed.append(f"{check.__name__}: {type(error).__name__}: {error}")
    return failed
