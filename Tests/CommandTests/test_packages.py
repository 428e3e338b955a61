"""`sluice packages install`: what it installs, what it refuses, and that a failure changes nothing."""

import hashlib
import json
import os
import stat
import unittest
import zipfile

from package_support import PackageCase, source_package, wheel

VERSION = "import lib\ndef main(): return lib.version"


def entry(path, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(path)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


class Installing(PackageCase):
    def lib(self, version, **more):
        return wheel(self.wheels, "lib", version, {"lib.py": f"version = '{version}'\n"}, **more)

    def test_a_script_imports_a_package_and_what_that_needs(self):
        wheel(self.wheels, "shout", "1.0", {"shout/__init__.py": "import louder\ndef shout(t): return louder.up(t)\n"},
              requires=["louder>=2"])
        wheel(self.wheels, "louder", "2.5", {"louder.py": "def up(t): return t.upper()\n"})
        done = self.installed("# what we need\n\nshout == 1.0  # and what it needs\n")

        self.assertIn("louder 2.5\n  shout 1.0\n", done.stdout)
        self.assertEqual(self.returned("import shout\ndef main(): return shout.shout('a')"), "A")
        shown = self.shown()
        self.assertEqual([one["name"] for one in shown["packages"]], ["louder", "shout"])
        self.assertEqual(shown["packages"][1]["sha256"],
                         hashlib.sha256((self.wheels / "shout-1.0-py3-none-any.whl").read_bytes()).hexdigest())
        self.assertIn("default", self.sluice("packages", "list").stdout)
        self.assertEqual(self.sluice("packages", "show", "default", "--verify").returncode, 0)

    def test_modules_are_compiled_ahead_and_metadata_is_there(self):
        self.lib("1.0")
        self.installed("lib")

        self.assertEqual(
            self.returned("import lib, importlib.metadata, sys\n"
                          "def main(): return [lib.__cached__, importlib.metadata.version('lib'), lib.__spec__.loader.get_code"
                          "('lib').co_filename]"),
            ["/packages/__pycache__/lib.cpython-311.pyc", "1.0", "/packages/lib.py"])
        modules = self.shown()["folder"]
        self.assertTrue(os.path.exists(f"{modules}/__pycache__/lib.cpython-311.pyc"))
        self.assertEqual(stat.S_IMODE(os.stat(f"{modules}/lib.py").st_mode), 0o444)
        self.assertEqual(stat.S_IMODE(os.stat(modules).st_mode), 0o555)

    def test_the_same_wheels_are_the_same_environment(self):
        self.lib("1.0")
        self.installed("lib==1.0")
        first = self.shown()["digest"]
        done = self.installed("lib >= 1")

        self.assertIn("nothing has changed", done.stdout)
        self.assertEqual(self.versions(), {first})

    def test_an_environment_that_was_changed_on_the_disk_is_noticed_and_made_again(self):
        self.lib("1.0")
        self.installed("lib==1.0")
        file = self.shown()["folder"] + "/lib.py"
        os.chmod(file, 0o644)
        with open(file, "a") as text:
            text.write("version = 'evil'\n")
        done = self.sluice("packages", "show", "default", "--verify")
        self.installed("lib==1.0")

        self.assertEqual(done.returncode, 1)
        self.assertIn("are not those that were installed", done.stderr)
        self.assertEqual(self.returned(VERSION), "1.0")

    def test_two_environments_hold_two_versions(self):
        self.lib("1.0")
        self.lib("2.0")
        self.installed("lib==1.0", "--name", "old")
        self.installed("lib==2.0", "--name", "new")
        lines = "".join(json.dumps({"id": n, "script": VERSION, "language": "python", "packages": name}) + "\n"
                        for n, name in enumerate(["old", "new", "old", "nosuch"]))
        answers = [json.loads(one) for one in self.sluice("exec", "--batch", "-", input=lines).stdout.splitlines()]

        self.assertEqual([one["output"] for one in answers], ["1.0", "2.0", "1.0", None])
        self.assertIn("line 4: there are no packages 'nosuch'", answers[3]["error"]["message"])

    def test_a_package_shadows_no_module_of_the_library(self):
        evil = "def dumps(*a, **k): return 'evil'\nloads = dumps\n"
        wheel(self.wheels, "evil", "1", {name + ".py": evil for name in ["json", "sluice_runner", "colorsys", "wave"]})
        self.installed("evil")

        self.assertEqual(self.returned("import json, colorsys, wave\ndef main(): return [json.dumps(1), "
                                       "hasattr(colorsys, 'loads'), hasattr(wave, 'loads')]"), ["1", False, False])

    def test_a_package_that_reads_files_is_refused_as_any_script(self):
        wheel(self.wheels, "curious", "1", {"curious.py": "secret = open('/etc/passwd').read()\n"})
        self.installed("curious")
        answer = self.runs("import curious\ndef main(): return curious.secret")

        self.assertEqual(answer["outcome"], "raised")
        self.assertEqual(answer["error"]["type"], "FileNotFoundError")

    def test_a_module_that_does_not_compile_harms_nobody_but_itself(self):
        wheel(self.wheels, "odd", "1", {"odd.py": "x = 1\n", "template.py": "{% for %}\n", "deep.py": "(" * 5000,
                                        "bytes.py": b"\xff\xfe\0"})
        self.installed("odd")

        self.assertEqual(self.returned("import odd\ndef main(): return odd.x"), 1)

    def test_compiled_parts_are_told_at_once_and_when_imported(self):
        with open("/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so", "rb") as library:
            wheel(self.wheels, "quick", "1", {"quick/__init__.py": "try:\n from . import _json\n"
                                              "except ImportError as e:\n raise ImportError('read the manual') from e\n",
                                              "quick/_json.so": library.read()})
        done = self.installed("quick")
        answer = self.runs("import quick\ndef main(): return 1")

        self.assertIn("quick 1  (compiled)", done.stdout)
        self.assertIn("not loaded by profile 'pure'", done.stdout)
        self.assertEqual(self.shown()["packages"][0]["compiled"], ["quick/_json.so"])
        self.assertIn("profile 'pure' does not load the compiled part of a package", answer["error"]["message"])

    def test_explain_shows_a_script_the_packages_that_it_would_have(self):
        wheel(self.wheels, "lib", "1", {"lib.py": "import socket\n"})
        self.installed("lib")
        name = self.write("step.py", "import lib\ndef main():\n    try: lib.socket.socket()\n    except OSError: return 1")
        done = self.sluice("explain", "--script", name, "--packages", "default", "--json")
        found = json.loads(done.stdout)

        self.assertEqual(found["report"]["output"], 1, found)
        self.assertEqual([need["syscall"] for need in found["needs"]], ["socket"])
        unknown = self.sluice("explain", "--script", name, "--packages", "none")
        self.assertEqual(unknown.returncode, 2)
        self.assertIn("none", unknown.stderr)

    def test_pure_takes_the_wheels_without_machine_code(self):
        tag = "cp311-cp311-manylinux2014_x86_64"
        wheel(self.wheels, "quick", "1", {"quick.py": "kind = 'compiled'\n", "speed.so": b"\x7fELF"}, tag=tag)
        wheel(self.wheels, "quick", "1", {"quick.py": "kind = 'pure'\n"})
        wheel(self.wheels, "fast", "1", {"fast.py": ""}, tag=tag)
        self.installed("quick", "--name", "any")
        self.installed("quick", "--name", "pure", "--pure")

        for name in ["any", "pure"]:
            self.assertEqual(self.returned("import quick\ndef main(): return quick.kind", packages=name),
                             {"any": "compiled", "pure": "pure"}[name])
        self.fails("fast", "requirements.txt:1: 'fast' is not on the index as a wheel of pure Python", words=["--pure"])


class Refusing(PackageCase):
    def setUp(self):
        super().setUp()
        wheel(self.wheels, "lib", "1.0", {"lib.py": "version = '1.0'\n"})
        self.installed("lib==1.0")

    def tearDown(self):
        # Whatever was tried, what was installed is in use.
        self.assertEqual(self.returned(VERSION), "1.0")
        self.assertEqual([one for one in (self.folder / ".sluice" / "packages").iterdir() if one.name.startswith(".new")], [])

    def refused(self, *expected, **more):
        wheel(self.wheels, "bad", "1.0", {"bad.py": ""}, **more)
        message = self.fails("bad", "'default' stays as it was", *expected)
        self.assertNotIn("pip says", message)

    def test_a_path_out_of_the_wheel(self):
        self.refused("bad-1.0-py3-none-any.whl' is refused: '../evil.py' leads out of", extra=[(entry("../evil.py"), b"")])
        self.refused("'bad/../../evil.py' leads out of", extra=[(entry("bad/../../evil.py"), b"")])
        self.refused("'/tmp/evil.py' is an absolute path", extra=[(entry("/tmp/evil.py"), b"")])
        self.refused("backslashes", extra=[(entry("a\\..\\evil.py"), b"")])
        self.assertFalse((self.folder / ".sluice" / "packages" / "evil.py").exists())

    def test_what_is_no_ordinary_file(self):
        for kind, words in [(stat.S_IFLNK, "is a symbolic link"), (stat.S_IFCHR, "is no ordinary file"),
                            (stat.S_IFIFO, "is no ordinary file")]:
            with self.subTest(kind=kind):
                self.refused(f"'bad/x' {words}", extra=[(entry("bad/x", kind | 0o644), b"/etc/passwd")])
        self.refused("'bad/x' has a set-user-id", extra=[(entry("bad/x", stat.S_IFREG | 0o4755), b"")])

    def test_a_name_that_stands_there_twice(self):
        with self.assertWarns(UserWarning):
            self.refused("holds 'bad.py' twice", extra=[(entry("bad.py"), b"evil = 1")])

    def test_files_that_are_not_what_the_package_lists(self):
        self.refused("'bad.py' is not what 'bad-1.0.dist-info' lists", changed={"bad.py": b"evil = 1\n"})
        wheel(self.wheels, "twin", "1.0", {"bad.py": "other = 1\n"})
        wheel(self.wheels, "bad", "1.0", {"bad.py": ""})
        self.fails("bad\ntwin\n", "'bad.py' is not what", "two packages hold a file of this name")

    def test_bytes_before_the_archive(self):
        path = wheel(self.wheels, "bad", "1.0", {"bad.py": ""})
        path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
        self.fails("bad", "is refused: its list of contents is damaged")

    def test_more_than_fits(self):
        size = 1100 << 20
        path = self.wheels / "bad-1.0-py3-none-any.whl"
        wheel(self.wheels, "bad", "1.0", {"bad.py": ""})
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            zeros = entry("bad/zeros")
            zeros.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(zeros, "w") as file:
                for _ in range(size >> 20):
                    file.write(bytes(1 << 20))
        self.fails("bad", "the packages would take 11", "the most is 1024 MiB")

    def test_source_that_would_have_to_be_run(self):
        marker = self.folder / "ran"
        archive = source_package(self.wheels, "evil", "1.0", marker)
        self.fails("evil", "requirements.txt:1: 'evil' is not on the index as a wheel")
        wheel(self.wheels, "bad", "1.0", {"bad.py": ""}, requires=[f"evil @ file://{archive}"])
        self.fails("bad", "only wheels are installed")
        self.assertFalse(marker.exists())

    def test_requirements_that_leave_the_index(self):
        for line, words in [
            ("git+https://example.com/x.git", "names a file or URL"), ("x @ https://u:secret@example.com/x.whl", "names a file or URL"),
            ("./x.whl", "names a file or URL"), ("-e .", "would run code"), ("--no-binary=:all:", "would run code"),
            ("--no-binary :all:", "would run code"), ("-i https://example.com/simple", "chooses an index"),
            ("--extra-index-url=https://example.com", "chooses an index"), ("-r more.txt", "reads another file"),
            ("lib --global-option=x", "is an option that is not taken"), ("lib==${HOME}", "reads an environment variable"),
            ("--frobnicate", "is an option that is not taken"), ("lib 1.0", "is no requirement"), ("= 3", "is no requirement"),
            ("lib == == 3", "is no requirement"),
        ]:
            with self.subTest(line=line):
                message = self.fails(f"lib\n\n{line}\n", "requirements.txt:3: ", words)
                self.assertNotIn("secret", message)

    def test_what_the_index_does_not_have(self):
        self.fails("lib\n# none\nnosuch==1\n", "requirements.txt:3: 'nosuch==1' is not on the index as a wheel for Python 3.11")
        self.fails("lib==7\n", "requirements.txt:1: 'lib==7'", "newest versions there are 1.0")
        wheel(self.wheels, "needs", "1", {"needs.py": ""}, requires=["nosuch>3"])
        self.fails("needs", "requirements.txt: 'nosuch>3' (which needs needs) is not on the index")

    def test_versions_that_exclude_each_other(self):
        wheel(self.wheels, "needs", "1", {"needs.py": ""}, requires=["lib>3"])
        wheel(self.wheels, "lib", "4", {"lib.py": ""})
        self.fails("needs\nlib<2\n", "need versions of a package that exclude each other")

    def test_hashes(self):
        good = hashlib.sha256((self.wheels / "lib-1.0-py3-none-any.whl").read_bytes()).hexdigest()
        self.fails(f"lib==1.0 --hash=sha256:{'0' * 64}\n", "requirements.txt:1: 'lib==1.0' is not the file whose hash")
        wheel(self.wheels, "needs", "1", {"needs.py": ""}, requires=["lib"])
        own = hashlib.sha256((self.wheels / "needs-1-py3-none-any.whl").read_bytes()).hexdigest()
        self.fails(f"needs==1 --hash=sha256:{own}\n", "give each one a --hash")
        self.installed(f"needs==1 \\\n  --hash=sha256:{own}\nlib==1.0 --hash=sha256:{good}\n", "--name", "locked")

    def test_an_index_that_does_not_answer(self):
        self.environment = {"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null", "PIP_RETRIES": "0",
                            "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
        message = self.fails("lib==2\n", "the package index cannot be reached: nobody answers there", "sluice.yaml")
        self.assertIn(".sluice/packages/default/install.log", message)

    def test_names_and_files_that_are_wrong(self):
        self.fails("", "it names no package")
        for name in ["../x", "a/b", ".x", ""]:
            self.fails("lib", "is no name for packages", words=["--name", name])
        for words in [["show", "nosuch"], ["remove", "nosuch"], ["install", "-r", "nosuch.txt"], ["frob"]]:
            self.assertEqual(self.sluice("packages", *words).returncode, 2)
        done = self.sluice("exec", self.write("a.js", "function main() {}"), "--packages", "default")
        self.assertIn("are for Python; javascript has none", done.stderr)


if __name__ == "__main__":
    unittest.main()
