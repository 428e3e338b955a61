"""The dashboard, the page on figures and the code name the same figures."""

import json
import re
import unittest

from serve_support import ROOT

NAME = r"(?:sluice|process)_[a-z_]+"


def in_code():
    names = {}
    for folder in ["HostAPI/Metrics", "HostAssembly", "Telemetry"]:
        for file in (ROOT / "Sources/Host" / folder).rglob("*.swift"):
            text = file.read_text()
            for match in re.finditer(rf'"({NAME})"', text):
                # The figure that is written next, or its own words, say whether it is a histogram.
                names[match.group(1)] = "histogram:" in re.split(r"HostFigure\(|\n {8}\]", text[match.end():])[0]
    return names


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.dashboard = json.loads((ROOT / "packaging/grafana/sluice.json").read_text())

    def queries(self):
        for panel in self.dashboard["panels"]:
            for target in panel.get("targets", []):
                yield panel["title"], target["expr"]

    def test_every_query_reads_a_figure_that_there_is(self):
        known = set()
        for name, is_histogram in in_code().items():
            ends = ["_bucket", "_sum", "_count"] if is_histogram else [""]
            known |= {name + end for end in ends}
        self.assertGreater(len(known), 40)
        read = set()
        for title, query in self.queries():
            with self.subTest(panel=title, query=query):
                names = set(re.findall(NAME, query))
                self.assertTrue(names)
                self.assertLessEqual(names, known)
                self.assertEqual(query.count("("), query.count(")"))
                self.assertEqual(query.count("{"), query.count("}"))
                read |= names
        for variable in self.dashboard["templating"]["list"][1:]:
            self.assertLessEqual(set(re.findall(NAME, variable["query"]["query"])), known)

    def test_every_panel_has_a_place_and_a_name_of_its_own(self):
        panels = self.dashboard["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        self.assertEqual(len({panel["title"] for panel in panels}), len(panels))
        cells = set()
        for panel in panels:
            place = panel["gridPos"]
            own = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                   for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & own, panel["title"])
            self.assertLessEqual(place["x"] + place["w"], 24)
            cells |= own

    def test_the_page_on_figures_names_those_that_there_are(self):
        page = (ROOT / "docs/observing.md").read_text()
        named = set(re.findall(rf"^\| `({NAME})`", page, re.MULTILINE))
        self.assertEqual(named, set(in_code()))


if __name__ == "__main__":
    unittest.main()
