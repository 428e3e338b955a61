"""What an uncaught error of a Python script looks like from outside."""

import unittest

from runner_support import RunnerCase, run_python

HELPER = {"helpers.py": "import json\n\ndef parse(text):\n    return json.loads(text)\n"}


class Errors(RunnerCase):
    def test_a_wanted_temporary_folder_is_told_with_what_to_use_instead(self):
        source = "def main():\n    raise FileNotFoundError(2, \"No usable temporary directory found in ['/tmp']\")"
        self.raises(run_python(source), "FileNotFoundError", "no folder for temporary files", "io.BytesIO", line=2)
        self.raises(run_python("def main():\n    raise FileNotFoundError(2, 5)"), "FileNotFoundError", line=2)

    def test_the_line_is_the_deepest_one_of_the_script_itself(self):
        outcome = run_python("import json\ndef main():\n    f()\ndef f():\n    json.loads('{')")
        self.raises(outcome, "JSONDecodeError", "Expecting property name", line=5)

    def test_the_traceback_shows_the_scripts_frames_with_their_source(self):
        outcome = run_python("import json\ndef main():\n    return json.loads('{')", file="flows/a/step.py")
        self.assertEqual(outcome.payload["traceback"].split("\n")[:3], [
            "Traceback (most recent call last):", '  File "flows/a/step.py", line 3, in main', "    return json.loads('{')"])
        self.assertNotIn("json/decoder.py", outcome.payload["traceback"])
        self.assertNotIn("<sluice>", outcome.payload["traceback"])

    def test_an_error_in_a_sibling_keeps_the_line_of_the_script(self):
        outcome = run_python("import helpers\ndef main():\n    return helpers.parse('x')", modules=HELPER)
        self.raises(outcome, "JSONDecodeError", line=3)
        self.assertIn('File "helpers.py", line 4, in parse', outcome.payload["traceback"])

    def test_syntax_errors_have_line_and_column(self):
        self.raises(run_python("x = 1\ny = = 2"), "SyntaxError", "invalid syntax", "line 2, column 5", line=2)
        self.raises(run_python("def main():\n    return (1,"), "SyntaxError", "'(' was never closed", line=2)
        self.raises(run_python("def main():\n\tx = 1\n        y = 2\n"), "TabError", line=3)
        self.raises(run_python("x = '\0'"), "SyntaxError", "NUL character in line 1", line=1)
        self.raises(run_python(b"x = '\xff'"), "SyntaxError", "not valid text")

    def test_a_coding_comment_is_honoured(self):
        self.returns(run_python("# coding: latin-1\ndef main():\n    return 'é'".encode("latin-1")), "é")

    def test_causes_groups_and_own_classes_are_shown(self):
        outcome = run_python("class Mine(Exception):\n    pass\ndef main():\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        raise Mine('bad') from e")
        self.raises(outcome, "Mine", "bad", line=7)
        self.assertIn("ZeroDivisionError: division by zero\n\nThe above exception was the direct cause", outcome.payload["traceback"])
        self.assertTrue(outcome.payload["traceback"].endswith("\nMine: bad"))
        outcome = run_python("def main():\n    raise ExceptionGroup('g', [ValueError('a'), KeyError('b')])")
        self.assertIn("ValueError: a", outcome.payload["traceback"])

    def test_long_texts_are_cut_and_say_so(self):
        outcome = run_python("def main():\n    raise ValueError('x' * 100000)")
        self.assertLess(len(outcome.payload["message"]), 4200)
        self.assertIn("cut at 4 KiB of 100000", outcome.payload["message"])
        self.assertLess(len(outcome.payload["traceback"]), 4200)

    def test_errors_that_cannot_be_printed_still_have_type_and_line(self):
        outcome = run_python("class E(Exception):\n    def __str__(self):\n        return 1 / 0\ndef main():\n    raise E()")
        self.raises(outcome, "E", "cannot be made", line=5)

    def test_leaving_by_sys_exit_is_an_error_with_a_remedy(self):
        self.raises(run_python("import sys\ndef main():\n    sys.exit(3)"), "SystemExit", "sys.exit(3)", "return a value", line=3)
        self.raises(run_python("def main():\n    raise KeyboardInterrupt"), "KeyboardInterrupt", line=2)

    def test_missing_files_and_modules_are_put_in_words(self):
        self.raises(run_python("def main():\n    open('/no/such')", profile="strict"), "FileNotFoundError",
                    "no such file: '/no/such'; profile 'strict' shows scripts only the language's own library", line=2)
        self.raises(run_python("import nosuchpackage"), "ModuleNotFoundError",
                    "no module named 'nosuchpackage'; profile 'pure' has the standard library and jinja2, markupsafe only", line=1)
        self.raises(run_python("import helprs", modules=HELPER), "ModuleNotFoundError", "the files beside the script: helpers.py")

    def test_a_refused_call_stays_an_error_with_its_line(self):
        outcome = run_python("import errno\ndef main():\n    raise PermissionError(errno.EPERM, 'Operation not permitted')")
        self.raises(outcome, "PermissionError", "Operation not permitted", "profile 'pure' does not allow this", line=3)

    def test_a_caught_error_is_pythons_own(self):
        self.returns(run_python("def main():\n    try:\n        open('/no/such')\n    except OSError as e:\n        return str(e)"),
                     "[Errno 2] No such file or directory: '/no/such'")


class Siblings(RunnerCase):
    def test_modules_packages_and_folders_without_init_are_importable(self):
        modules = {
            "helpers.py": "x = 1", "lib/text.py": "from . import other\nimport helpers\ny = other.z + helpers.x",
            "lib/other.py": "z = 5", "pack/__init__.py": "from .inner import v", "pack/inner.py": "v = 'in'",
        }
        source = "import helpers, lib.text, pack\nfrom lib import other\ndef main():\n    return [helpers.x, lib.text.y, other.z, pack.v]"
        self.returns(run_python(source, modules=modules), [1, 6, 5, "in"])

    def test_the_folder_of_the_script_comes_before_the_flows(self):
        modules = {"steps/helpers.py": "x = 'near'", "helpers.py": "x = 'far'", "common.py": "y = 2"}
        source = "import helpers, common\ndef main():\n    return [helpers.x, common.y]"
        self.returns(run_python(source, modules=modules, file="steps/main.py"), ["near", 2])

    def test_a_sibling_hides_a_library_module_of_its_name_as_in_python(self):
        self.returns(run_python("import calendar, json\ndef main():\n    return [calendar.mine, json.dumps([1])]",
                                modules={"calendar.py": "mine = 1"}), [1, "[1]"])
        self.returns(run_python("import sys\ndef main():\n    return hasattr(sys, 'mine')", modules={"sys.py": "mine = 1"}), False)

    def test_a_syntax_error_in_a_sibling_names_both_places(self):
        outcome = run_python("\nimport helpers\ndef main():\n    pass", modules={"helpers.py": "x = = 2"})
        self.raises(outcome, "SyntaxError", "helpers.py, line 1, column 5", line=2)

    def test_dataclasses_and_pickle_find_the_scripts_module(self):
        source = """
from __future__ import annotations
import copy, dataclasses, pickle, typing
@dataclasses.dataclass
class Point:
    x: int
    y: typing.Optional[Point] = None
def main():
    p = pickle.loads(pickle.dumps(Point(1, Point(2))))
    return [dataclasses.asdict(copy.deepcopy(p)), sorted(typing.get_type_hints(Point))]
"""
        self.returns(run_python(source), [{"x": 1, "y": {"x": 2, "y": None}}, ["x", "y"]])


if __name__ == "__main__":
    unittest.main()
