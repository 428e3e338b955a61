"""What holds when something goes wrong in the middle, and what a run is pinned to."""

import json
import os
import signal
import subprocess
import time
import unittest

from package_support import PROGRAM, PackageCase, wheel

VERSION = "import lib\ndef main(): return lib.version"
DEADLINE = 120


class InTheMiddle(PackageCase):
    def setUp(self):
        super().setUp()
        for version in ["1.0", "2.0"]:
            wheel(self.wheels, "lib", version, {"lib.py": f"version = '{version}'\n"})
        self.index = self.use_index()
        self.installed("lib==1.0")

    def until(self, condition, what):
        """Waits for a state of the world, not for a time."""
        end = time.monotonic() + DEADLINE
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.002)

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=DEADLINE)

    def works_as_before(self):
        self.assertEqual(self.returned(VERSION), "1.0")
        self.index.gate = None
        self.installed("lib==2.0")
        self.assertEqual(self.returned(VERSION), "2.0")
        left = [one.name for one in (self.folder / ".sluice" / "packages").iterdir() if one.name.startswith(".new")]
        self.assertEqual(left, [])

    def test_killed_while_pip_downloads(self):
        self.index.gate = True
        self.write("requirements.txt", "lib==2.0\n")
        process = self.start("packages", "install")
        self.assertTrue(self.index.asked.wait(DEADLINE))
        self.kill(process)

        # pip is gone with it: its connection is.
        self.assertTrue(self.index.gone.wait(DEADLINE))
        self.works_as_before()

    def test_killed_while_it_unpacks_and_compiles(self):
        wheel(self.wheels, "large", "1", {f"large/m{n}.py": f"def f{n}(): return {n}\n" * 400 for n in range(300)})
        packages = self.folder / ".sluice" / "packages"
        modules = packages / ".new-default" / "result" / "modules"
        for place in [modules, modules / "large", modules / "large" / "__pycache__"]:
            with self.subTest(place=place.name):
                self.write("requirements.txt", "lib==2.0\nlarge\n")
                process = self.start("packages", "install")
                self.until(lambda: place.exists() or process.poll() is not None, f"{place} does not come")
                self.kill(process)
                self.assertEqual(process.returncode, -signal.SIGKILL)
                self.assertEqual(self.returned(VERSION), "1.0")
        self.works_as_before()

    def test_two_at_once(self):
        self.index.gate = True
        self.write("requirements.txt", "lib==2.0\n")
        first = self.start("packages", "install")
        self.assertTrue(self.index.asked.wait(DEADLINE))
        second = self.sluice("packages", "install", "--name", "other")
        removal = self.sluice("packages", "remove", "default")
        self.kill(first)

        for done in [second, removal]:
            self.assertEqual(done.returncode, 3)
            self.assertIn("another 'sluice packages' is at work", done.stderr)
        self.works_as_before()

    def test_a_disk_that_gets_full(self):
        noise = {f"large/noise{n}": os.urandom(1 << 20) for n in range(6)}
        wheel(self.wheels, "large", "1", {"large/__init__.py": "", **noise})
        self.write("small.txt", "lib==1.0\n")
        self.write("large.txt", "lib==2.0\nlarge\n")
        self.write("unpacks.txt", "lib==2.0\nzeros\n")
        wheel(self.wheels, "zeros", "1", {"zeros.py": "", "zeros/data": bytes(8 << 20)})
        self.write("step.py", VERSION)
        (self.folder / "disk").mkdir()
        # A mount of its own, whoever runs the tests.
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", f"""
             mount -t tmpfs -o size=4m tmpfs disk
             {PROGRAM} packages install --data disk/data -r small.txt > /dev/null || echo no installation
             for file in large.txt unpacks.txt; do
                 {PROGRAM} packages install --data disk/data -r $file; echo status $?
                 {PROGRAM} exec step.py --data disk/data --packages default
             done"""],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=DEADLINE)

        self.assertEqual(done.stdout.splitlines(), ["status 2", '"1.0"'] * 2, done.stderr)
        self.assertEqual(done.stderr.count("the disk is full; free some space"), 2, done.stderr)


class Pinned(PackageCase):
    def setUp(self):
        super().setUp()
        for version in ["1.0", "2.0", "3.0", "4.0", "5.0"]:
            wheel(self.wheels, "lib", version, {"lib.py": f"version = '{version}'\n"})

    def flow(self, text, grants="{f: {profiles: [pure], packages: [lib]}}"):
        self.write("flows/f/flow.yaml", f"flow: f\n{text}")
        self.write("flows/f/step.py", VERSION)
        self.write("flows/f/step.js", "function main() { return 1; }")
        if grants:
            self.write("sluice.yaml", f"grants: {grants}\n")

    def result(self, done):
        return json.loads(done.stdout.splitlines()[-1])

    def test_a_flow_names_its_packages_for_all_scripts_or_for_one(self):
        self.flow("packages: lib\nnodes:\n  a: {script: step.py}\n  b: {script: step.py, packages: old}\n  c: {script: step.js}\n"
                  "outputs: {a: \"${{ nodes.a.output }}\", b: \"${{ nodes.b.output }}\", c: \"${{ nodes.c.output }}\"}\n",
                  "{f: {profiles: [pure], packages: [lib, old]}}")
        self.installed("lib==2.0", "--name", "lib")
        self.installed("lib==1.0", "--name", "old")
        done = self.sluice("run", "f", "--json")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.result(done)["outputs"], {"a": "2.0", "b": "1.0", "c": 1})

    def test_packages_must_be_granted(self):
        self.flow("packages: lib\nnodes:\n  a: {script: step.py}\n  b: {script: step.py}\n", "{f: {profiles: [pure]}}")
        done = self.sluice("check", "f")

        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count("flow 'f' is not granted packages 'lib'"), 1, done.stdout)
        self.assertIn("flows/f/flow.yaml:2:11", done.stdout)
        self.assertIn("packages: [lib]", done.stdout)

    def test_faults_are_told_with_their_place(self):
        self.flow("packages: ../x\nnodes:\n  a: {script: step.js, packages: lib}\n  b: {set: 1, packages: lib}\n",
                  "{f: {profiles: [pure], packages: [Lib, lib]}}")
        done = self.sluice("check", "f")

        for text in ["flow.yaml:2:11: '../x' is no name for packages", "4:24: 'packages' in node 'a' is for Python",
                     "5:15: 'packages' does not go with 'set'", "sluice.yaml:1:43: 'Lib' is no name for packages"]:
            self.assertIn(text, done.stdout)

    def test_packages_that_are_not_installed_keep_a_run_from_starting(self):
        self.flow("packages: lib\nnodes:\n  a: {script: step.py}\n")
        done = self.sluice("run", "f")

        self.assertEqual(done.returncode, 2)
        self.assertIn("there are no packages 'lib' in", done.stderr)
        self.assertIn("sluice packages install -r requirements.txt --name lib", done.stderr)

    def test_a_run_keeps_the_version_that_it_began_with(self):
        self.flow("packages: lib\nnodes:\n  before: {script: step.py}\n  ask: {approval: {ask: Go on?, choices: {yes: Yes}, "
                  "who: [\"key:release\"]}, after: [before]}\n  after: {script: step.py, after: [ask]}\n"
                  "outputs: {before: \"${{ nodes.before.output }}\", after: \"${{ nodes.after.output }}\"}\n")
        self.installed("lib==1.0", "--name", "lib")
        first = self.shown("lib")["digest"]
        done = self.sluice("run", "f", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        run = json.loads(self.sluice("runs", "--json").stdout)[0]["id"]
        for version in ["2.0", "3.0", "4.0"]:
            done = self.installed(f"lib=={version}", "--name", "lib")
        self.assertIn("one older version is still used", done.stdout)
        self.assertEqual(len(self.versions("lib")), 3)
        self.assertIn(first, self.versions("lib"))

        self.sluice("runs", "decide", run, "ask", "--choice", "yes")
        done = self.sluice("run", "--resume", run, "--json")
        self.assertEqual(self.result(done)["outputs"], {"before": "1.0", "after": "1.0"}, done.stderr)
        # Now nobody needs it.
        self.installed("lib==5.0", "--name", "lib")
        self.assertNotIn(first, self.versions("lib"))
        self.assertEqual(len(self.versions("lib")), 2)

    def test_what_a_process_uses_is_not_removed(self):
        self.installed("lib==1.0", "--name", "lib")
        first = self.shown("lib")["digest"]
        line = json.dumps({"script": VERSION, "language": "python", "packages": "lib"}) + "\n"
        with self.start("exec", "--batch", "-", stdin=subprocess.PIPE) as batch:
            def answer():
                batch.stdin.write(line)
                batch.stdin.flush()
                return json.loads(batch.stdout.readline())["output"]

            self.assertEqual(answer(), "1.0")
            for version in ["2.0", "3.0"]:
                self.installed(f"lib=={version}", "--name", "lib")
            self.assertIn(first, self.versions("lib"))
            self.assertEqual(answer(), "3.0")
            removal = self.sluice("packages", "remove", "lib")
            self.assertIn("gone for new runs; 2 older versions are still used", removal.stderr)
            batch.stdin.close()
            batch.wait(DEADLINE)
        self.installed("lib==4.0", "--name", "lib")
        self.assertEqual(self.versions("lib"), {self.shown("lib")["digest"]})
        self.assertEqual(self.sluice("packages", "remove", "lib").stderr, "packages 'lib' are removed\n")
        self.assertEqual(self.sluice("packages", "list", "--json").stdout, "[]\n")


if __name__ == "__main__":
    unittest.main()
