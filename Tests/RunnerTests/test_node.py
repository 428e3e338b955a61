"""Scripts in Node: the cases of the embedded engine, and what only Node has."""

import os
import subprocess
import unittest
from unittest import mock

import test_javascript_errors as errors
import test_javascript_plain as plain
import test_n8n_steps as steps
from runner_support import INSIDE, RunnerCase, run_node


class InNode:
    """Runs the cases of another class in Node."""

    home = None

    def setUp(self):
        patch = mock.patch.object(self.home, "run_javascript", run_node)
        patch.start()
        self.addCleanup(patch.stop)


class Calling(InNode, plain.Calling):
    home = plain


class Values(InNode, plain.Values):
    home = plain


class Robustness(InNode, plain.Robustness):
    home = plain


class Errors(InNode, errors.Errors):
    """Where the engines differ in words, V8's stand here."""

    home = errors

    def test_line_and_traceback_show_the_scripts_frames_only(self):
        outcome = run_node("function f(x) {\n  return x.y.z;\n}\nfunction main() {\n  return [1].map(() => f({}));\n}", file="a/step.js")
        self.raises(outcome, "TypeError", "Cannot read properties of undefined", line=2)
        lines = outcome.payload["traceback"].split("\n")
        self.assertRegex(lines[1], r"^    at f \(a/step\.js:2:\d+\)$")
        self.assertTrue(all("a/step.js" in line for line in lines[1:]), lines)

    def test_line_one_has_its_own_columns(self):
        for prefix in ("", "export ", "await 0; "):
            outcome = run_node(f"{prefix}function main() {{ null.x }}")
            self.assertIn(f"(step.js:1:{len(prefix) + len('function main() { null.x')})", outcome.payload["traceback"])

    def test_syntax_errors_name_line_and_where_they_can_column(self):
        cases = {
            "let x = 1\nlet y = ;": (2, "Unexpected token ';'", "column 9"),
            "function main() {\n  return [1, 2}\n}": (2, "'}' closes a '['", "column 15"),
            "function main() {\n  if (1) {\n  return 1\n}": (1, "'{' is never closed", "column 17"),
            "const a = 1; const a = 2": (1, "'a' has already been declared"),
            "import x from": (1, "expected a module's name"),
            "await 1; let y = ;": (1, "Unexpected token ';'"),
        }
        for source, (line, *words) in cases.items():
            with self.subTest(source):
                self.raises(run_node(source), "SyntaxError", *words, line=line)

    def test_what_is_absent_is_said_in_words(self):
        self.raises(run_node("function main() { return fetch('http://x') }", profile="node"), "TypeError",
                    "profile 'node' has no network", line=1)
        self.raises(run_node("import _ from 'lodash'"), "Error", "no module named 'lodash'", line=1)


class Files(InNode, errors.Files):
    home = errors


class Steps(InNode, steps.Scope):
    home = steps


class StepValues(InNode, steps.Values):
    home = steps


class OnlyNode(RunnerCase):
    def test_its_modules_are_there_in_both_ways(self):
        source = """import { gzipSync, gunzipSync } from 'node:zlib'; import fs from 'fs'; import { Readable } from 'stream';
const { EventEmitter } = await import('events');
export async function main() {
  const parts = []; for await (const part of Readable.from(['a', 'b'])) parts.push(part);
  return [gunzipSync(gzipSync('x')).toString(), typeof fs.readFileSync, parts, new EventEmitter() instanceof EventEmitter]
}"""
        self.returns(run_node(source), ["x", "function", ["a", "b"], True])

    def test_it_sees_nothing_of_the_command_that_started_it(self):
        source = """function main() {
  return [process.argv, process.execArgv, process.env, typeof fs, typeof require, typeof globalThis.require, typeof module] }"""
        self.returns(run_node(source), [["node", "step.js"], [], {}, "undefined", "function", "undefined", "object"])

    def test_no_machine_code_can_be_made(self):
        self.returns(run_node("function main() { return [typeof WebAssembly, eval('1 + 1')] }"), ["undefined", 2])

    def test_a_version_before_the_oldest_says_so_by_its_status(self):
        with open(os.path.join(INSIDE, "Runners", "node", "boot.js"), encoding="utf-8") as file:
            boot = file.read()
        told = "process.reallyExit = (status) => { console.log(status); process.abort() };\n"
        version = int(subprocess.run(["node", "--version"], capture_output=True, check=True).stdout[1:].split(b".")[0])
        done = subprocess.run(["node", "-e", told + boot, "checked", "999"], capture_output=True, check=False)

        # ZYGOTE_SETUP_FAILURE, ZYGOTE_CHILD_PROGRAM_VERSION, the version.
        self.assertEqual(int(done.stdout), 0x5E000000 | 40 << 12 | version)

    def test_a_script_with_its_own_handler_of_errors_keeps_it(self):
        source = """async function main() {
  const caught = new Promise((done) => process.on('uncaughtException', (error) => done(error.message)));
  setTimeout(() => { throw new Error('late') }, 1);
  return await caught }"""
        self.returns(run_node(source), "late")

    def test_one_frame_is_written_whatever_the_script_leaves_behind(self):
        source = """function main() {
  setInterval(() => console.log('again'), 1); process.on('exit', () => console.log('exit'));
  setTimeout(() => { throw new Error('after') }, 0); return { kept: true } }"""
        self.returns(run_node(source), {"kept": True})


def load_tests(loader, _tests, _pattern):
    """Only the classes made here: those imported have run where they stand."""
    suite = unittest.TestSuite()
    for case in (Calling, Values, Robustness, Errors, Files, Steps, StepValues, OnlyNode):
        suite.addTests(loader.loadTestsFromTestCase(case))
    return suite


if __name__ == "__main__":
    unittest.main()
