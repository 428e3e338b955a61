"""A disk that fills while the host serves, and one that gives back something else than was written."""

import json
import os
import resource
import sqlite3
import time
import unittest
from pathlib import Path

import serve_support
from serve_support import ServeTestCase

# What a machine says that has a layer less than others is not asked here.
WELL = ["ok", "degraded"]
SAID_ONCE = "nothing is taken or begun"
SAID_AFTERWARDS = "the journal can be written again"


class DiskTestCase(ServeTestCase):
    def deliver(self, number, size=0):
        status, headers, body = self.ask(
            "POST", "/hooks/hooked", None, {"number": number, "pad": "x" * size}, {"X-Id": str(number)})
        if status == 503:
            self.assertIsNotNone(headers["Retry-After"])
            self.assertIn("disk", json.dumps(body))
        else:
            self.assertEqual(status, 202, body)
        return status == 202

    def deliver_until_refused(self, numbers, size):
        """What was taken: no answer but the last says otherwise."""
        taken = []
        for number in numbers:
            if not self.deliver(number, size):
                return taken
            taken.append(number)
        self.fail("everything was taken")

    def poll(self, path, key=None):
        """What stands there, asked a few times a second on one connection."""
        connection = self.connect()
        while self.host.poll() is None:
            connection.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            yield answer.read().decode()
            time.sleep(0.05)
        self.fail("the host has ended")

    def journal_state(self):
        return json.loads(next(self.poll("/health")))

    def deliver_at_last(self, number):
        """A write that failed before there was room may be heard of only afterwards: then it rests once more."""
        while not self.deliver(number):
            self.wait_until_writable()

    def wait_until_writable(self):
        next(text for text in self.poll("/health") if json.loads(text) in WELL)

    def assert_all_end_once(self, taken, key):
        """Every delivery that was taken has one run, and that ends well."""
        runs, before = [], ""
        while True:
            page = self.ask("GET", f"/api/runs?flow=hooked&limit=200{before}", key)[2]
            runs += page["runs"]
            if not page["next"]:
                break
            before = f"&before={page['next']}"
        self.assertEqual(sorted(run["inputs"]["number"] for run in runs), sorted(taken))
        for run in runs:
            self.assertEqual(self.wait_for(run["id"], key)["outputs"], {"answer": run["inputs"]["number"] * 2})

    def assert_sound(self, path):
        database = sqlite3.connect(path)
        self.addCleanup(database.close)
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])

    def log_lines(self, words):
        return [line for line in (self.folder / "log").read_text().splitlines() if words in line]


class SmallDisk(DiskTestCase):
    """The data folder is a file system of 8 MiB, in a mount namespace of the host's own."""

    def start(self):
        wrapper = self.folder / "on-a-small-disk"
        own = "" if os.geteuid() == 0 else "--map-root-user"
        mount = (f'mount -t tmpfs -o size=8m,mode=0700 small "{self.data}" && '
                 f'"{serve_support.SLUICE}" keys create --scope admin --data "{self.data}" '
                 f'> "{self.folder}/key" && exec "{serve_support.SLUICE}" "$@"')
        wrapper.write_text(f"#!/bin/sh\nexec unshare {own} --mount sh -c '{mount}' sluice \"$@\"\n")
        wrapper.chmod(0o755)
        self.data.mkdir(mode=0o700)
        real, serve_support.SLUICE = serve_support.SLUICE, str(wrapper)
        try:
            super().start()
        finally:
            serve_support.SLUICE = real
        self.inside = Path(f"/proc/{self.host.pid}/root{self.data}")

    def fill(self):
        with open(self.inside / "filler", "ab", buffering=0) as filler:
            for size in [1 << 16, 4096, 1]:
                try:
                    while filler.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass

    def test_nothing_is_taken_without_room_and_everything_goes_on_with_it(self):
        key = (self.folder / "key").read_text().strip()
        taken = [number for number in range(5) if self.deliver(number)]
        busy = self.start_run("busy", key)
        next(text for text in self.poll(f"/api/runs/{busy}", key) if json.loads(text)["state"] == "running")
        self.fill()
        taken += self.deliver_until_refused(range(5, 1000), size=20_000)
        for number in range(1000, 1300):
            self.assertFalse(self.deliver(number))
        self.assertEqual(self.journal_state(), "disk-full")
        status, headers, body = self.ask("POST", "/api/flows/double/runs", key, {"inputs": {"number": 1}})
        self.assertEqual((status, body["error"]["code"]), (503, "cannot-store"))
        self.assertIsNotNone(headers["Retry-After"])
        self.assertEqual(self.ask("POST", f"/api/runs/{busy}/cancel", key)[0], 503)
        self.assertEqual(self.ask("GET", "/api/runs", key)[0], 200)
        # The step that ran when the disk was filled ends meanwhile, and cannot be recorded.
        next(text for text in self.poll("/metrics", key) if "\nsluice_runs_driven 0" in text)
        self.assertEqual(self.journal_state(), "disk-full")
        self.assertEqual(self.ask("GET", f"/api/runs/{busy}", key)[2]["state"], "running")
        self.assertEqual(len(self.log_lines(SAID_ONCE)), 1)
        self.assertEqual(self.log_lines(SAID_AFTERWARDS), [])

        (self.inside / "filler").unlink()
        self.wait_until_writable()
        self.deliver_at_last(5000)
        taken.append(5000)
        self.assert_all_end_once(taken, key)
        self.assertEqual(self.wait_for(busy, key)["state"], "succeeded")
        self.assert_sound(self.inside / "journal.sqlite")
        self.assertEqual(len(self.log_lines(SAID_ONCE)), 1)
        self.assertEqual(len(self.log_lines(SAID_AFTERWARDS)), 1)
        self.assertEqual(len(self.log_lines("is full")), 1)
        for line in self.ask("GET", "/api/audit", key)[2]["audit"]:
            self.assertIn(line["act"], ["key.create", "run.start", "run.cancel"])


class LimitedFiles(DiskTestCase):
    """The host may write files of 2 MiB at most, until it may write larger ones."""

    def start(self):
        super().start(preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY)))

    def test_a_limit_on_the_size_of_files_is_a_full_disk(self):
        key = self.key()
        taken = self.deliver_until_refused(range(1000), size=100_000)
        self.assertEqual(self.journal_state(), "disk-full")
        resource.prlimit(
            self.host.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.wait_until_writable()
        self.deliver_at_last(2000)
        self.assert_all_end_once(taken + [2000], key)
        self.assertEqual(self.stop(), 0)
        self.assert_sound(self.data / "journal.sqlite")


class DamagedRows(DiskTestCase):
    MARK = "Q" * 20_000

    def start(self):
        flow = self.folder / "flows" / "marked"
        flow.mkdir(exist_ok=True)
        (flow / "flow.yaml").write_text(
            "flow: marked\ninputs: {text: {type: string, required: true}}\n"
            "nodes:\n  pause: {wait: 10 s}\n")
        super().start()

    def crash(self):
        """Kills the host, and brings what it wrote into the file itself."""
        self.host.kill()
        self.host.wait()
        database = sqlite3.connect(self.data / "journal.sqlite")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return database

    def damage_page(self):
        """Breaks the chain of pages that holds the long input."""
        path = self.data / "journal.sqlite"
        pages = bytearray(path.read_bytes())
        for start in range(0, len(pages), 4096):
            if pages[start + 4:start + 4096] == b"Q" * 4092:
                pages[start:start + 4] = b"\x7f\xff\xff\xf0"
                path.write_bytes(pages)
                return
        self.fail("no page holds the input")

    def running(self, key, text):
        run = self.start_run("marked", key, text=text)
        next(text for text in self.poll(f"/api/runs/{run}", key) if json.loads(text)["state"] == "running")
        return run

    def test_a_run_that_cannot_be_read_stops_no_other(self):
        key = self.key()
        on_bad_page, odd, whole = (self.running(key, text) for text in (self.MARK, "odd", "whole"))
        database = self.crash()
        database.execute("UPDATE run SET trigger = '{' WHERE id = ?", (odd,))
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        self.damage_page()
        self.start()
        for number in range(5):
            run = self.start_run("double", key, number=number)
            self.assertEqual(self.wait_for(run, key)["outputs"], {"answer": number * 2})
        self.assertEqual(self.wait_for(whole, key)["state"], "succeeded")
        listed = {run["id"]: run for run in self.ask("GET", "/api/runs?limit=50", key)[2]["runs"]}
        self.assertEqual(len(listed), 8)
        self.assertEqual(listed[odd]["state"], "failed")
        self.assertEqual(listed[on_bad_page]["error"]["kind"], "damaged")
        self.assertEqual(self.ask("GET", f"/api/runs/{on_bad_page}", key)[0], 500)
        self.assertEqual(self.ask("GET", "/api/doctor", key)[2]["journal"], {"state": "ok"})
        log = (self.folder / "log").read_text()
        self.assertEqual(log.count(f"run '{on_bad_page}' cannot be read and is left alone"), 1)
        self.assertEqual(log.count(f"run '{odd}' of flow 'marked' could not be driven"), 1)


if __name__ == "__main__":
    unittest.main()
