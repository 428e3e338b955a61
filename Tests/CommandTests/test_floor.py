"""`sluice exec` and `sluice doctor` on poorer hosts: an ordinary user, a container without user
namespaces or with a single user, no control groups. What is given up is said in every answer."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))
NOBODY = 65534

SCRIPT = """
import socket
def attempt(act):
    try:
        act()
        return "done"
    except OSError as error:
        return type(error).__name__
def main():
    return [attempt(lambda: open("/etc/passwd")), attempt(lambda: open("/tmp/x", "w")), attempt(socket.socket)]
"""


class Floor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Where an ordinary user can reach it: a checkout of root's may be closed to others.
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sluice-floor-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        for name in ("sluice", "zygote-python", "zygote-javascript", "zygote-node", "sandbox-probe"):
            shutil.copy(PROGRAM.parent / name, cls.folder / name)
        shutil.copytree(ROOT / "sandbox-profiles", cls.folder / "sandbox-profiles")
        (cls.folder / "step.py").write_text(SCRIPT)

    def run_in(self, before, *words, **more):
        done = subprocess.run([*before, self.folder / "sluice", *words], cwd=self.folder, capture_output=True, text=True,
                              timeout=120, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, **more)
        return done

    def check(self, before, missing, **more):
        done = self.run_in(before, "exec", "step.py", "--json", **more)
        answer = json.loads(done.stdout or "{}")
        self.assertEqual(answer.get("outcome"), "returned", done.stdout + done.stderr)
        passwd, write, network = answer["output"]
        self.assertNotEqual(passwd, "done")
        self.assertEqual([write, network], ["PermissionError", "PermissionError"])
        self.assertEqual(answer["layers"]["missing"], missing)
        for layer in ("seccomp", "landlock", "limits"):
            self.assertIn(layer, answer["layers"]["enforced"])
        return answer

    @staticmethod
    def user():
        """What makes the program an ordinary user's; nothing when the tests are."""
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}

    def without_namespaces(self, *flags):
        """A user namespace of its own in which there can be no further one."""
        return ["unshare", *flags, "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"]

    def test_an_ordinary_user_has_every_layer(self):
        self.check([], [], **self.user())

    def test_an_ordinary_user_has_no_control_group_of_roots(self):
        answer = self.check([], [], **self.user())
        if os.geteuid() == 0:
            self.assertNotIn("cgroup", answer["layers"]["enforced"])

    def test_the_root_of_a_namespace_with_one_user_has_every_layer(self):
        self.check(["unshare", "-Ur"], [], **self.user())

    def test_a_container_without_user_namespaces_says_what_it_lacks(self):
        self.check(self.without_namespaces("-Ur"), ["namespaces"], **self.user())

    def test_people_are_told_what_a_script_ran_without(self):
        done = self.run_in(self.without_namespaces("-Ur"), "exec", "step.py", **self.user())

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("degraded: ran without namespaces (see 'sluice doctor')", done.stderr)

    def test_a_batch_says_it_in_every_answer(self):
        lines = [json.dumps({"id": number, "script": "def main(): return 1", "language": "python"}) for number in range(3)]
        done = self.run_in(self.without_namespaces("-Ur"), "exec", "--batch", "-", input="\n".join(lines), **self.user())

        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([answer["layers"]["missing"] for answer in answers], [["namespaces"]] * 3, done.stderr)

    def test_a_profile_that_requires_what_is_missing_does_not_start_unless_told(self):
        folder = self.folder / "strict"
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("strict"))
        self.addCleanup(shutil.rmtree, folder)
        profile = folder / "sandbox-profiles" / "pure.yaml"
        profile.write_text(profile.read_text().replace("namespaces: preferred", "namespaces: full"))
        words = [*self.without_namespaces("-Ur"), folder / "sluice", "exec", self.folder / "step.py", "--json"]

        def run(*more):
            return subprocess.run([*words, *more], capture_output=True, text=True, timeout=120,
                                  env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, **self.user())

        refused = run()
        self.assertEqual(refused.returncode, 3, refused.stdout)
        self.assertIn("it could not create a user namespace", refused.stderr)
        self.assertIn("no line of the script has run", refused.stderr)
        allowed = run("--allow-degraded")
        self.assertEqual(json.loads(allowed.stdout)["layers"]["missing"], ["namespaces"], allowed.stderr)

    def doctor(self, before, **more):
        done = self.run_in(before, "doctor", "--json", **more)
        report = json.loads(done.stdout)
        states = {layer["layer"]: layer["state"] for layer in report["layers"]}
        return done, report, states

    def test_the_doctor_of_an_ordinary_user_finds_every_layer(self):
        done, report, states = self.doctor([], **self.user())

        self.assertEqual(done.returncode, 0, done.stdout)
        for layer in ("seccomp", "landlock", "namespaces", "identity", "private-root", "landlock-alone", "pure/python"):
            self.assertEqual(states[layer], "enforced", done.stdout)
        self.assertIn({"profile": "pure", "language": "python", "state": "ready", "lacking": []}, report["profiles"])

    def test_the_doctor_of_a_namespace_with_one_user_agrees_with_exec(self):
        done, _, states = self.doctor(["unshare", "-Ur"], **self.user())

        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual([states["identity"], states["namespaces"]], ["enforced", "enforced"], done.stdout)

    def test_the_doctor_of_a_container_without_user_namespaces_says_degraded(self):
        done, report, states = self.doctor(self.without_namespaces("-Ur"), **self.user())

        self.assertEqual(states["namespaces"], "missing", done.stdout)
        self.assertEqual([states["seccomp"], states["landlock"], states["landlock-alone"]], ["enforced"] * 3)
        pure = [one for one in report["profiles"] if one["profile"] == "pure"]
        self.assertEqual({(one["state"], *one["lacking"]) for one in pure}, {("degraded", "namespaces")})
        # Profile fetch can do without no namespace, and the doctor's status speaks for all profiles.
        self.assertEqual(states["fetch/python"], "missing", done.stdout)
        self.assertEqual(done.returncode, 1, done.stdout)


if __name__ == "__main__":
    unittest.main()
