"""`style: program`: whole programs, which print and end with a status as a process does."""

import unittest

from runner_support import OUT_OF_MEMORY, run_javascript, run_node, run_python

WRAPPED = """
def main(word: str) -> dict:
    return {"result": word * 2}

import json
from base64 import b64decode
inputs = json.loads(b64decode('eyJ3b3JkIjogImFiIn0=').decode('utf-8'))
print(f'<<{json.dumps(main(**inputs), indent=4)}>>')
"""


class Python(unittest.TestCase):
    def run_program(self, source):
        return run_python(source, style="program", file="<fd3>")

    def ends(self, source, status, stdout=""):
        ending = self.run_program(source)
        self.assertEqual((ending.status, ending.stdout), (status, stdout), ending)
        return ending

    def test_a_program_prints_and_ends_well(self):
        self.ends(WRAPPED, 0, '<<{\n    "result": "abab"\n}>>\n')

    def test_it_is_the_main_module(self):
        self.ends("import __main__, sys\na = 1\nif __name__ == '__main__': print(__main__.a, sys.argv)", 0, "1 ['<fd3>']\n")

    def test_its_exit_status_is_what_it_asks_for(self):
        self.ends("import sys\nprint(1)\nsys.exit(3)", 3, "1\n")
        self.ends("import sys\nsys.exit()", 0)
        self.ends("import sys\nsys.exit(-1)", 255)
        self.ends("import os\nprint(1, flush=True)\nos._exit(7)", 7, "1\n")
        self.assertEqual(self.ends("raise SystemExit('so it ends')", 1).stderr, "so it ends\n")

    def test_an_uncaught_exception_is_shown_from_its_own_first_line(self):
        ending = self.ends("print(1)\nraise ValueError('bad input')", 255, "1\n")
        self.assertEqual(ending.stderr, 'Traceback (most recent call last):\n  File "<fd3>", line 2, in <module>\n'
                                        "    raise ValueError('bad input')\nValueError: bad input\n")

    def test_a_syntax_error_is_shown_as_python_shows_it(self):
        ending = self.ends("x = (1\n", 255)
        self.assertIn('File "<fd3>", line 1', ending.stderr)
        self.assertIn("SyntaxError: '(' was never closed", ending.stderr)

    def test_a_hook_of_its_own_is_asked(self):
        self.ends("import sys\nsys.excepthook = lambda kind, error, trace: print('mine', error)\nraise ValueError(4)", 1, "mine 4\n")

    def test_functions_of_the_exit_run_and_may_change_what_it_says(self):
        self.ends("import atexit\natexit.register(print, 'at the end')\nprint('first')", 0, "first\nat the end\n")

    def test_threads_are_waited_for(self):
        self.ends("import threading\nthreading.Thread(target=lambda: print('late')).start()", 0, "late\n")

    def test_replaced_builtins_change_nothing_of_the_end(self):
        ending = self.ends("import builtins\nbuiltins.isinstance = None\nbuiltins.len = None\nraise ValueError('x')", 255)
        self.assertIn("ValueError: x", ending.stderr)

    def test_standard_error_alone_is_no_failure(self):
        self.assertEqual(self.ends("import logging\nlogging.basicConfig()\nlogging.warning('look')", 0).stderr,
                         "WARNING:root:look\n")

    def test_want_of_memory_is_shown_and_is_an_outcome(self):
        outcome = self.run_program("raise MemoryError")
        self.assertEqual(outcome.kind, OUT_OF_MEMORY)
        self.assertIn("MemoryError", outcome.stderr)


class JavaScript(unittest.TestCase):
    run_program = staticmethod(lambda source: run_javascript(source, style="program", file="script.js"))

    def ends(self, source, status, stdout=""):
        ending = self.run_program(source)
        self.assertEqual((ending.status, ending.stdout), (status, stdout), ending)
        return ending

    def test_a_program_prints_and_ends_well(self):
        self.ends("""function main({a}) { return {b: a} }
var inputs = JSON.parse(Buffer.from('eyJhIjoiYSJ9', 'base64').toString('utf-8'))
console.log(`<<${JSON.stringify(main(inputs))}>>`)""", 0, '<<{"b":"a"}>>\n')

    def test_it_is_sloppy_and_has_what_files_of_node_have(self):
        self.ends("undeclared = 1; console.log(typeof require, typeof module, typeof exports, this === module.exports)", 0,
                  "function object object true\n")
        self.ends("console.log(require('path').join('a', 'b'))", 0, "a/b\n")

    def test_its_exit_status_is_what_it_asks_for(self):
        self.ends("console.log(1); process.exit(3); console.log(2)", 3, "1\n")
        self.ends("process.exitCode = 4; console.log(1)", 4, "1\n")
        self.ends("process.exitCode = 4; process.exit()", 4)

    def test_an_uncaught_error_is_shown_and_ends_it_with_1(self):
        ending = self.ends("console.log(1)\nthrow new Error('bad input')", 1, "1\n")
        self.assertIn("Error: bad input\n    at script.js:2", ending.stderr)
        self.assertIn("script.js:2\nthrow new Error('bad input')\n", ending.stderr)
        self.assertIn("Uncaught: some text", self.ends("throw 'some text'", 1).stderr)
        self.assertIn("SyntaxError", self.ends("let a = (1", 1).stderr)

    def test_an_error_of_a_timer_or_a_promise_ends_it_too(self):
        self.assertIn("late", self.ends("setTimeout(() => { throw new Error('late') }, 1); console.log(1)", 1, "1\n").stderr)
        self.assertIn("broken", self.ends("Promise.reject(new Error('broken')); console.log(1)", 1, "1\n").stderr)

    def test_timers_and_promises_are_waited_for(self):
        self.ends("setTimeout(() => console.log('late'), 5); Promise.resolve().then(() => console.log('soon')); console.log('now')",
                  0, "now\nsoon\nlate\n")

    def test_awaiting_what_never_comes_is_status_13(self):
        self.ends("console.log(1); await new Promise(() => {})", 13, "1\n")

    def test_a_name_of_the_language_declared_anew_concerns_nobody_else(self):
        self.ends("var data; function main() { return {result: data} }\nfunction parseInt() { data = 'run'; return 0 }\n"
                  "console.log(main())", 0, "{ result: undefined }\n")


class Node(JavaScript):
    run_program = staticmethod(lambda source: run_node(source, style="program", file="script.js"))


if __name__ == "__main__":
    unittest.main()
