"""Work in several threads, as people write it."""

import asyncio
import concurrent.futures
import queue
import threading
import time

import numpy as np
import pandas as pd


def part_sum(part):
    return float(np.sqrt(part).sum())


def main(rows):
    values = np.arange(200_000.0)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        total = sum(pool.map(part_sum, np.array_split(values, 16)))
    assert abs(total - part_sum(values)) < 1e-3

    frame = pd.DataFrame(rows)
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        jobs = {pool.submit(lambda part: part["count"].sum(), part): name for name, part in frame.groupby("name")}
        sums = {jobs[job]: int(job.result()) for job in concurrent.futures.as_completed(jobs)}
    assert sums == {"a": 5, "b": 2}

    todo, done = queue.Queue(), []
    lock = threading.Lock()

    def work():
        while (item := todo.get()) is not None:
            with lock:
                done.append(item * item)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for item in range(20):
        todo.put(item)
    for _ in threads:
        todo.put(None)
    for thread in threads:
        thread.join()
    assert sorted(done) == [item * item for item in range(20)]

    local = threading.local()
    local.value = 1
    timer = threading.Timer(0.01, done.append, args=["timer"])
    timer.start()
    timer.join()
    assert done[-1] == "timer" and threading.active_count() == 1

    async def together():
        started = time.monotonic()
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(4)))
        return time.monotonic() - started

    assert asyncio.run(together()) < 2
    return "ok"
