"""The cases of the flow's folder: each script node gives the output that its case names."""

import collections
import json
import unittest

from script_runs import run_scripts
from splitter_support import FLOW

SCRIPTS = {"opened": "opened.js", "hunks": "split_hunks.py", "place": "place_comments.js"}


class FlowCases(unittest.TestCase):
    maxDiff = None

    def test_every_case_of_every_script_node(self):
        cases = collections.defaultdict(list)
        for path in sorted((FLOW / "tests").glob("*.json")):
            for case in json.loads(path.read_text(encoding="utf-8")):
                cases[case["node"]].append(case)
        self.assertEqual(set(cases), set(SCRIPTS))
        for node, list_of_cases in cases.items():
            outputs = run_scripts(FLOW / SCRIPTS[node], [case["input"] for case in list_of_cases])
            for case, output in zip(list_of_cases, outputs):
                with self.subTest(node=node, case=case["case"]):
                    self.assertEqual(output, case["output"])


if __name__ == "__main__":
    unittest.main()
