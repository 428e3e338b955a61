"""Every example of the pages for users does what the page says, with the product itself.

Which blocks are examples and how they are compared: pages.py.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import pages

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))
PAGES = ["README.md", "docs/writing-nodes.md", "docs/flows.md", "docs/configuration.md",
         "docs/connectors.md"]


class Pages(unittest.TestCase):
    """One test for each page, made below."""

    def check(self, page):
        self.assertTrue(
            PROGRAM.exists(), f"{PROGRAM} is not built; run 'swift build' first")
        found = pages.examples((ROOT / page).read_text())
        self.assertTrue(found, f"{page} has no example")
        with tempfile.TemporaryDirectory(prefix="sluice-pages-") as folder:
            self.perform(page, found, pathlib.Path(folder))
            self.check_flows(page, found, pathlib.Path(folder))

    def perform(self, page, found, folder):
        variables = folder / ".variables"
        for example in found:
            if isinstance(example, pages.File):
                target = folder / example.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(example.text)
                continue
            printed = self.printed(example.command, folder, variables)
            with self.subTest(page=page, line=example.line):
                self.assertTrue(
                    pages.alike(example.expected, printed),
                    f"{page}:{example.line}: $ {example.command}\n--- the page\n"
                    + "\n".join(example.expected) + "\n--- printed\n" + "\n".join(printed))

    def printed(self, command, folder, variables):
        """What a command prints; variables that it sets are there for the next one."""
        script = (f"set +e; [ -e {variables} ] && . {variables}\n{command}\n"
                  f"code=$?; declare -p RUN > {variables} 2>/dev/null; exit $code")
        # The README calls the program where 'make build' puts it.
        binaries = folder / ".build" / "release"
        if not binaries.exists():
            binaries.mkdir(parents=True)
            (binaries / "sluice").symlink_to(PROGRAM)
        environment = {
            "PATH": f"{binaries}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        return done.stdout.decode("utf-8", "replace").replace(str(folder), "").splitlines()

    def check_flows(self, page, found, folder):
        """Each flow and configuration of the page has no fault, but flows named 'faulty…'."""
        paths = {example.path for example in found if isinstance(example, pages.File)}
        flows = sorted(
            path for path in paths if path.endswith("/flow.yaml") and "faulty" not in path)
        (folder / "no-flows").mkdir()
        commands = [[PROGRAM, "check", *flows]] if flows else []
        for path in sorted(paths):
            if path.endswith("sluice.yaml"):
                commands.append([PROGRAM, "check", "--flows", "no-flows", "--config", path])
        for command in commands:
            done = subprocess.run(
                command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
            self.assertEqual(done.returncode, 0, f"{page}:\n{done.stdout.decode()}")


def make_test(page):
    return lambda self: self.check(page)


for page in PAGES:
    name = "test_" + pathlib.Path(page).stem.lower().replace("-", "_")
    setattr(Pages, name, make_test(page))


class Messages(unittest.TestCase):
    """docs/errors.md shows messages as the product says them."""

    def test_each_message_stands_in_the_sources(self):
        sources = "\n".join(
            file.read_text() for file in sorted((ROOT / "Sources").rglob("*.*"))
            if file.suffix in (".swift", ".py", ".js"))
        # A message that is put together of several literals is one message.
        sources = re.sub(r'"\s*\+\s*"', "", sources).replace('\\"', '"')
        shown = 0
        for number, line in enumerate((ROOT / "docs/errors.md").read_text().splitlines(), start=1):
            if not line.startswith("| "):
                continue
            first = line.split(" | ")[0]
            for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", first):
                for part in span.split("…"):
                    # What stands in quotes or parentheses is mostly filled in.
                    if len(part) < 12:
                        continue
                    shown += 1
                    with self.subTest(line=number, part=part):
                        self.assertIn(part, sources)
        self.assertGreater(shown, 30)


class Marks(unittest.TestCase):
    """The reading of pages itself."""

    def test_files_fenced_and_indented(self):
        text = "<!-- file: a/b.py -->\n```python\nx = 1\n```\n\n<!-- file: c -->\n\n    d\n\n    e\nText\n"
        found = pages.examples(text)
        self.assertEqual([(one.path, one.text) for one in found],
                         [("a/b.py", "x = 1\n"), ("c", "d\n\ne\n")])

    def test_a_session_is_commands_with_what_they_print(self):
        text = "<!-- session -->\n```\n$ cat > a <<END\nb\nEND\n$ one\ntwo\n```\n"
        first, second = pages.examples(text)
        self.assertEqual((first.command, first.expected), ("cat > a <<END\nb\nEND", []))
        self.assertEqual((second.command, second.expected), ("one", ["two"]))

    def test_a_mark_without_a_block_and_an_unknown_mark_are_refused(self):
        for text in ["<!-- session -->\n", "<!-- file: a -->\ntext\n", "<!-- sesion -->\n\n    $ a\n"]:
            with self.assertRaises(pages.PageError):
                pages.examples(text)

    def test_an_ellipsis_stands_for_lines_and_for_text(self):
        self.assertTrue(pages.alike(["a", "…", "d … f"], ["a", "b", "c", "d e f"]))
        self.assertTrue(pages.alike(["…", "b"], ["b"]))
        self.assertFalse(pages.alike(["a", "…", "d"], ["a", "b"]))
        self.assertFalse(pages.alike(["a"], ["a", "b"]))
        self.assertFalse(pages.alike(["a b"], ["a c"]))

    def test_times_and_names_of_runs_are_not_compared_by_digits(self):
        self.assertTrue(pages.alike(["took 3 ms"], ["took 17.5 s"]))
        self.assertFalse(pages.alike(["took 3 steps"], ["took 4 steps"]))


if __name__ == "__main__":
    unittest.main()
