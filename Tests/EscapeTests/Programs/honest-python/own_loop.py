"""A synchronous main that runs a loop of its own."""
import asyncio


async def work():
    await asyncio.sleep(0.01)
    return "ok"


def main():
    return asyncio.run(work())
