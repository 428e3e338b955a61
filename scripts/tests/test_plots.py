"""scripts/plots draws what was measured, and says what was not."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

PLOTS = Path(__file__).resolve().parent.parent / "plots"
SVG = "{http://www.w3.org/2000/svg}"


def entry(case, **figures):
    return {"case": case, "unit": "us", **figures}


class PlotsTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def draw(self, entries):
        results = self.folder / "results.json"
        results.write_text(json.dumps(entries))
        return subprocess.run(
            [PLOTS, results, self.folder / "plots"], capture_output=True, text=True, check=False)

    def test_every_point_of_both_languages_is_drawn(self):
        entries = [
            entry(f"scaling.{language}.input.{size}", p50=500 + size, floor_p50=200)
            for language in ("javascript", "python") for size in (10, 1000, 100000)]

        run = self.draw(entries)

        self.assertEqual(run.returncode, 0, run.stderr)
        picture = ElementTree.parse(self.folder / "plots" / "input-size.svg")
        self.assertEqual(len(picture.findall(f".//{SVG}circle")), 6)
        words = [text.text for text in picture.findall(f".//{SVG}text")]
        for word in ("JavaScript", "Python", "bytes of JSON", "milliseconds (median)", "100 KB"):
            self.assertIn(word, words)

    def test_rates_begin_at_zero(self):
        entries = [
            entry(f"scaling.python.at-once.{count}", p50=1000 * count, rate=400 + count) for count in (1, 2, 4)]

        run = self.draw(entries)

        self.assertEqual(run.returncode, 0, run.stderr)
        picture = ElementTree.parse(self.folder / "plots" / "concurrency.svg")
        self.assertIn("0", [text.text for text in picture.findall(f".//{SVG}text")])

    def test_a_plot_without_figures_is_named_and_not_written(self):
        run = self.draw([entry("python-prewarmed", p50=1)])

        self.assertEqual(run.returncode, 1)
        self.assertIn("input-size.svg: its cases were not measured", run.stderr)
        self.assertFalse((self.folder / "plots" / "input-size.svg").exists())


if __name__ == "__main__":
    unittest.main()
