"""A copy of a host that runs, and what a host makes of older, newer and damaged files."""

import os
import shutil
import sqlite3
import stat
import subprocess
import threading
import unittest

import serve_support
from serve_support import SLUICE, ServeTestCase, sluice


class Backups(ServeTestCase):
    def back_up(self, name="copy"):
        target = self.folder / name
        sluice("backup", str(target), "--data", str(self.data))
        return target

    def test_a_host_that_is_restored_goes_on_where_the_copy_was_made(self):
        key = self.key()
        for number in range(20):
            self.assertEqual(self.ask("POST", "/hooks/hooked", None, {"number": number}, {"X-Id": str(number)})[0], 202)
        waiting = self.start_run("patient", key)
        sluice("secrets", "set", "TOKEN", "--data", str(self.data), input="a secret value")
        copy = self.back_up()
        # What comes after the copy is not in it.
        self.assertEqual(self.ask("POST", "/hooks/hooked", None, {"number": 99}, {"X-Id": "99"})[0], 202)
        late = self.key("read")
        self.host.kill()
        self.host.wait()
        shutil.rmtree(self.data)
        shutil.move(copy, self.data)
        self.start()
        runs = self.ask("GET", "/api/runs?flow=hooked&limit=100", key)[2]["runs"]
        self.assertEqual(len(runs), 20)
        for run in runs:
            self.assertEqual(self.wait_for(run["id"], key)["outputs"], {"answer": run["inputs"]["number"] * 2})
        self.assertEqual(self.ask("POST", "/hooks/hooked", None, {"number": 3}, {"X-Id": "3"})[2]["status"], "duplicate")
        self.assertEqual(self.ask("POST", f"/api/runs/{waiting}/cancel", key)[0], 202)
        self.assertEqual(self.wait_for(waiting, key)["state"], "cancelled")
        self.assertEqual(self.ask("GET", "/api/runs", late)[0], 401)
        self.assertEqual(sluice("secrets", "list", "--data", str(self.data)), "TOKEN\n")

    def test_copies_under_load_are_whole(self):
        key, stopped, taken = self.key(), threading.Event(), []

        def deliver():
            connection = self.connect()
            while not stopped.is_set():
                number = len(taken)
                connection.request("POST", "/hooks/hooked", f'{{"number": {number}}}', {"X-Id": str(number)})
                answer = connection.getresponse()
                answer.read()
                taken.append(answer.status)

        thread = threading.Thread(target=deliver)
        thread.start()
        try:
            copies = [(len(taken), self.back_up(f"copy-{number}")) for number in range(5)]
        finally:
            stopped.set()
            thread.join()
        self.assertEqual(set(taken), {202})
        for before, copy in copies:
            database = sqlite3.connect(copy / "journal.sqlite")
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            runs = database.execute("SELECT count(*) FROM run").fetchone()[0]
            deliveries = database.execute("SELECT count(*) FROM delivery WHERE run IS NOT NULL").fetchone()[0]
            self.assertEqual(runs, deliveries)
            self.assertGreaterEqual(runs, before)
            database.close()
        self.assertEqual(self.ask("GET", "/api/runs", key)[0], 200)

    def test_a_copy_is_for_its_owner_alone_and_replaces_nothing(self):
        self.key()
        copy = self.back_up()
        for folder, _, files in os.walk(copy):
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
            for name in files:
                self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)
        self.assertIn("host.key", os.listdir(copy))
        for target in [copy, self.data / "inside"]:
            refused = subprocess.run([SLUICE, "backup", str(target), "--data", str(self.data)],
                                     capture_output=True, text=True)
            self.assertEqual(refused.returncode, 2, refused.stderr)
        nothing = subprocess.run([SLUICE, "backup", str(self.folder / "x"), "--data", str(self.folder / "none")],
                                 capture_output=True, text=True)
        self.assertEqual(nothing.returncode, 2, nothing.stderr)
        self.assertFalse((self.folder / "x").exists())


class OtherVersions(ServeTestCase):
    def serve_once(self):
        words = [SLUICE, "serve", "--listen", "127.0.0.1:0", "--data", str(self.data), "--flows", str(self.folder / "flows")]
        return subprocess.run(words, capture_output=True, text=True, timeout=60)

    def test_a_file_of_a_newer_version_is_refused_untouched(self):
        self.stop()
        path = self.data / "journal.sqlite"
        database = sqlite3.connect(path)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute(f"PRAGMA user_version = {version + 1}")
        database.close()
        before = path.read_bytes()
        refused = self.serve_once()
        self.assertEqual(refused.returncode, 3)
        self.assertIn(f"its schema is version {version + 1}, this program knows {version}", refused.stderr)
        self.assertIn("newer version", refused.stderr)
        self.assertEqual(path.read_bytes(), before)
        # A copy can be made all the same: it changes nothing.
        sluice("backup", str(self.folder / "copy"), "--data", str(self.data))

    def test_a_migration_that_fails_changes_nothing(self):
        self.stop()
        path = self.data / "journal.sqlite"
        path.unlink()
        shutil.copy(serve_support.ROOT / "Tests/JournalTests/Files/version-3.sqlite", path)
        database = sqlite3.connect(path)
        # What the fifth step would make is there already.
        database.execute("CREATE TABLE delivery (x)")
        database.commit()
        schema = database.execute("SELECT sql FROM sqlite_schema ORDER BY sql").fetchall()
        database.close()
        refused = self.serve_once()
        self.assertEqual(refused.returncode, 3)
        self.assertIn("delivery", refused.stderr)
        database = sqlite3.connect(path)
        self.assertEqual(database.execute("PRAGMA user_version").fetchone()[0], 3)
        self.assertEqual(database.execute("SELECT sql FROM sqlite_schema ORDER BY sql").fetchall(), schema)
        database.execute("DROP TABLE delivery")
        database.close()
        self.start()
        listed = self.ask("GET", "/api/runs", self.key("read"))[2]["runs"]
        self.assertEqual([run["flow"] for run in listed], ["quick", "old", "old"])


if __name__ == "__main__":
    unittest.main()
