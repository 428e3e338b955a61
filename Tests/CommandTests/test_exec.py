"""`sluice exec` and its batch as a person and a program use them: what they read, say and end with."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))


def line(identity, script, **more):
    return json.dumps({"id": identity, "script": script, "language": "python", **more})


class Exec(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PROGRAM.exists(), f"{PROGRAM} is not built; run 'swift build' first")
        folder = tempfile.TemporaryDirectory(prefix="sluice-exec-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def sluice(self, *words, input=b""):
        return subprocess.run([PROGRAM, "exec", *words], cwd=self.folder, input=input, capture_output=True, timeout=60)

    def script(self, text, name="step.py"):
        (self.folder / name).write_text(text)
        return name

    def batch(self, text):
        done = self.sluice("--batch", "-", input=text)
        return [json.loads(answer) for answer in done.stdout.decode().split("\n")[:-1]]

    def test_a_batch_answers_a_line_before_the_next_is_written(self):
        with subprocess.Popen([PROGRAM, "exec", "--batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
            for number in range(3):
                program.stdin.write(line(number, "def main(n): return n", input={"n": number}) + "\n")
                program.stdin.flush()
                answer = json.loads(program.stdout.readline())
                self.assertEqual([answer["id"], answer["output"]], [number, number])
            program.stdin.close()
            self.assertEqual(program.stdout.read(), "")

    def test_javascript_gets_the_engine_that_it_needs_and_says_why(self):
        script = self.script("const zlib = require('zlib');\nfunction main() { return zlib.gunzipSync(zlib.gzipSync('a')).toString() }", "step.js")
        done = self.sluice(script, "--json")
        report = json.loads(done.stdout)
        self.assertEqual([report["outcome"], report["output"]], ["returned", "a"], report)
        self.assertEqual(report["runtime"], {"engine": "node", "reason": "step.js imports 'zlib' (line 1)"})
        self.assertIn(b"ran in Node.js: step.js imports 'zlib'", self.sluice(script).stderr)

        report = json.loads(self.sluice(script, "--json", "--runtime", "embedded").stdout)
        self.assertIn("ask for it with 'runtime: node'", report["error"]["message"])
        self.assertEqual(report["runtime"]["engine"], "embedded")
        self.assertIsNone(json.loads(self.sluice(self.script("def main(): return 1"), "--json").stdout)["runtime"])

    def test_a_runtime_and_a_profile_that_exclude_each_other_are_a_mistake(self):
        script = self.script("function main() { return 1 }", "step.js")
        for words in (["--runtime", "node", "--profile", "pure"], ["--runtime", "embedded", "--profile", "node"],
                      ["--runtime", "other"]):
            with self.subTest(words):
                self.assertEqual(self.sluice(script, *words).returncode, 2)
        self.assertEqual(self.sluice(self.script("def main(): return 1"), "--runtime", "node").returncode, 2)

    def test_lines_of_a_batch_have_engines_of_their_own(self):
        source = "const {sep} = require('path'); function main() { return [sep, typeof process.versions?.v8] }"
        lines = [line(name, source, **{"language": "javascript", "runtime": name}) for name in ("auto", "node", "embedded")]
        answers = self.batch("\n".join(lines).encode())
        self.assertEqual([answer["runtime"]["engine"] for answer in answers], ["embedded", "node", "embedded"])
        self.assertEqual(answers[1]["output"], ["/", "string"])

    def test_faults_of_a_batch_name_the_line_that_an_editor_shows(self):
        text = b"\n" + line("a", "def main(): return 1").encode() + b"\n\n{bad\n[1]"
        (self.folder / "lines").write_bytes(text)
        for answers in [self.batch(text), [json.loads(one) for one in self.sluice("--batch", "lines").stdout.splitlines()]]:
            self.assertEqual([one["id"] for one in answers], ["a", 4, 5])
            self.assertIn("line 4: ", answers[1]["error"]["message"])

    def test_bytes_that_are_no_text_are_refused_wherever_they_come_from(self):
        answer, after = self.batch(b'{"id":"\xff","script":"","language":"python"}\n' + line("b", "def main(): return 2").encode())
        self.assertEqual(answer["error"]["type"], "usage")
        self.assertIn("not UTF-8", answer["error"]["message"])
        self.assertEqual(after["output"], 2)

    def test_a_context_that_is_none_is_a_mistake_of_the_line(self):
        for context, words in [(5, "'context' is a number"), ({"items": 5}, "'items' is a number"),
                               ({"items": [1]}, "has a number in it"), ({"nodes": {"A": "x"}}, "items of node 'A'")]:
            with self.subTest(context=context):
                [answer] = self.batch(line("c", "return []", style="n8n", context=context).encode())
                self.assertEqual(answer["outcome"], None)
                self.assertIn(words, answer["error"]["message"])

    def test_a_pipe_that_nobody_writes_to_is_an_error(self):
        os.mkfifo(self.folder / "step.py")
        done = self.sluice("step.py")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"cannot read 'step.py': it is a pipe that nobody writes to", done.stderr)

    def test_a_pipe_with_a_writer_is_read(self):
        name = self.script("def main(a): return a")
        read, write = os.pipe()
        os.write(write, b'{"a": 5}')
        os.close(write)
        done = subprocess.run([PROGRAM, "exec", name, "--input", f"@/dev/fd/{read}"], cwd=self.folder,
                              pass_fds=[read], capture_output=True, timeout=60)
        os.close(read)
        self.assertEqual(done.stdout, b"5\n", done.stderr)

    def test_what_a_script_says_cannot_steer_a_terminal(self):
        evil = r"\x1b[2J\x07\x9b31m\r\u202e"
        returning = self.sluice(self.script(f'def main():\n    print("{evil}"); return "{evil}\x7f"'))
        raising = self.sluice(self.script(f'def main():\n    raise ValueError("{evil}")'))
        for done in [returning, raising, self.sluice("step.py", "--json")]:
            text = (done.stdout + done.stderr).decode()
            self.assertEqual([c for c in text if c != "\n" and (ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c == "\u202e")], [])
        self.assertEqual(json.loads(returning.stdout), "\x1b[2J\x07\x9b31m\r\u202e\x7f")
        self.assertIn("\\u{1b}[2J", returning.stderr.decode())

    def test_what_a_flow_file_holds_cannot_either(self):
        (self.folder / "flow.yaml").write_bytes(b"flow: f\nnodes:\n  a: {sett: \x1b[2J\xc2\x9b31m}\n")
        done = subprocess.run([PROGRAM, "check", "."], cwd=self.folder, capture_output=True, timeout=60)
        text = (done.stdout + done.stderr).decode()
        self.assertEqual(done.returncode, 1)
        self.assertIn("flow.yaml:3:", text)
        self.assertEqual([c for c in text if c != "\n" and (ord(c) < 32 or 0x7f <= ord(c) < 0xa0)], [])

    def test_an_error_that_a_script_made_up_itself_is_cut(self):
        name = self.script("""
import sys
def main():
    frame = sys._getframe()
    while frame:
        if "describe" in frame.f_globals:
            text = b'"' + b"A" * 1_000_000 + b'"'
            report = b'{"type":%b,"message":%b,"line":1,"traceback":%b}' % (text, text, text)
            frame.f_globals["describe"] = lambda *_: (2, report)
        frame = frame.f_back
    raise ValueError
""")
        error = json.loads(self.sluice(name, "--json").stdout)["error"]
        self.assertRegex(error["type"], r"^A+… \(cut at 4 KiB\)$")
        self.assertLess(max(len(error[key]) for key in ("type", "message", "traceback")), 4200)

    def test_an_answer_that_cannot_be_written_is_no_success(self):
        name = self.script("def main(): return 1")
        (self.folder / "lines").write_text(line("a", "def main(): return 1"))
        for words in [[name], [name, "--json"], ["--batch", "lines"]]:
            with self.subTest(words=words), open("/dev/full", "w") as full:
                done = subprocess.run([PROGRAM, "exec", *words], cwd=self.folder, stdout=full,
                                      stderr=subprocess.PIPE, timeout=60)
                self.assertEqual(done.returncode, 3)
                self.assertIn(b"cannot write the answer to standard output", done.stderr)

    def test_an_answer_is_one_line_for_every_reader_of_lines(self):
        done = self.sluice("--batch", "-", input=line("a", 'def main(): return "a\u2028b\u2029c\x85d"').encode())
        [answer] = done.stdout.decode().splitlines()
        self.assertEqual(json.loads(answer)["output"], "a\u2028b\u2029c\x85d")

    def test_a_large_table_is_sorted_without_a_file(self):
        name = self.script("""
import sqlite3
def main():
    c = sqlite3.connect(":memory:")
    c.execute("create table t(a int, b text)")
    c.executemany("insert into t values(?, ?)", ((i, str(i) * 5) for i in range(100_000)))
    c.execute("create index ix on t(b)")
    return c.execute("select count(distinct b), sum(a) from (select * from t order by b desc)").fetchone()
""")
        self.assertEqual(json.loads(self.sluice(name, "--json").stdout)["output"], [100_000, 4_999_950_000])


if __name__ == "__main__":
    unittest.main()
