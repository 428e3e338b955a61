"""`/metrics`: what Prometheus reads is what happened, and nobody outside can make up a series."""

import re
import unittest

import prometheus_text
from prometheus_text import FormatError, families
from serve_support import ROOT, ServeTestCase

BAD = [
    "a 1\n",
    "# HELP a A.\na 1\n",
    "# HELP a A.\n# TYPE a gauge\na 1",
    "# HELP a A.\n# TYPE a gauge\na 1\na 2\n",
    "# HELP a A.\n# TYPE a gauge\na  1\n",
    "# HELP a A.\n# TYPE a gauge\na one\n",
    "# HELP a A.\n# TYPE a gauge\na{l=\"x} 1\n",
    "# HELP a A.\n# TYPE a gauge\na{l=\"\\x\"} 1\n",
    "# HELP a A.\n# TYPE a gauge\na{l=\"1\",l=\"2\"} 1\n",
    "# HELP a A.\n# TYPE a gauge\na{} 1\n",
    "# HELP a A.\n# TYPE a counter\na 1\n",
    "# HELP a A.\n# TYPE a gauge\n# HELP b B.\n# TYPE b gauge\nb 1\na 1\n",
    "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
    "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
]


class Reader(unittest.TestCase):
    def test_what_is_wrong_is_refused(self):
        for text in BAD:
            with self.subTest(text=text), self.assertRaises(FormatError):
                families(text)

    def test_what_is_right_is_read(self):
        found = families('# HELP a_total A.\n# TYPE a_total counter\na_total{l="x\\"\\\\\\n,"} 1e+20\n')
        self.assertEqual(found["a_total"].samples, [("a_total", {"l": 'x"\\\n,'}, 1e20)])


class Metrics(ServeTestCase):
    def setUp(self):
        super().setUp()
        self.reader = self.key("read")
        self.runner = self.key("run")

    def metrics(self):
        status, headers, text = self.ask("GET", "/metrics", self.reader)
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        return families(text)

    def test_a_fresh_host_has_readable_figures(self):
        found = self.metrics()
        for name in ["sluice_build_info", "sluice_runs", "sluice_journal_bytes", "sluice_journal_readable",
                     "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds",
                     "process_max_fds", "process_start_time_seconds", "process_threads",
                     "sluice_http_connections", "sluice_data_free_bytes", "sluice_queue_limit"]:
            self.assertIn(name, found)
        self.assertGreater(prometheus_text.value(found, "process_resident_memory_bytes"), 1 << 20)
        self.assertGreater(prometheus_text.value(found, "process_start_time_seconds"), 1.6e9)
        bounds = [float(labels["le"]) for name, labels, _ in found["sluice_run_queue_seconds"].samples
                  if name.endswith("_bucket")]
        self.assertEqual(bounds[0], 0.0001)

    def test_runs_deliveries_and_steps_are_counted(self):
        for number in range(3):
            self.wait_for(self.start_run("double", self.runner, number=number), self.runner)
        for _ in range(2):
            self.ask("POST", "/hooks/hooked", None, {"number": 4}, {"X-Id": "1"})
        self.ask("POST", "/hooks/hooked", None, b"no JSON", {"X-Id": "2"})
        run = self.ask("GET", "/api/runs?flow=hooked", self.runner)[2]["runs"][0]["id"]
        self.wait_for(run, self.runner)
        found = self.metrics()
        value = lambda name, **labels: prometheus_text.value(found, name, **labels)
        self.assertEqual(value("sluice_runs_ended_total", flow="double", state="succeeded"), 3)
        self.assertEqual(value("sluice_runs_begun_total", flow="double"), 3)
        self.assertEqual(value("sluice_run_queue_seconds_count"), 4)
        self.assertEqual(
            value("sluice_step_attempt_seconds_count", runtime="python", outcome="returned"), 4)
        self.assertGreater(
            value("sluice_step_attempt_seconds_sum", runtime="python", outcome="returned"), 0)
        self.assertEqual(value("sluice_step_attempt_wait_seconds_count", runtime="python"), 4)
        self.assertEqual(value("sluice_steps_total", kind="script", state="succeeded"), 4)
        self.assertEqual(value("sluice_deliveries_total", flow="hooked", verdict="accepted"), 1)
        self.assertEqual(value("sluice_deliveries_total", flow="hooked", verdict="duplicate"), 1)
        self.assertEqual(value("sluice_deliveries_total", flow="hooked", verdict="refused"), 1)
        self.assertGreater(value("sluice_journal_commit_seconds_count"), 0)
        self.assertEqual(value("sluice_zygotes", profile="pure", runtime="python"), 1)
        self.assertEqual(value("sluice_zygote_starts_total", profile="pure", runtime="python"), 1)
        self.assertEqual(value("sluice_scripts_running", profile="pure", runtime="python"), 0)
        self.assertGreater(value("sluice_http_requests_total", operation="startRun", status=202), 0)

    def test_waiting_runs_and_denials_are_shown(self):
        run = self.start_run("patient", self.runner)
        for name, data in self.events(f"/api/runs/{run}/events", self.runner):
            if name == "end" or data.get("state") == "waiting":
                break
        naughty = self.start_run("naughty", self.runner)
        self.assertEqual(self.wait_for(naughty, self.runner)["state"], "failed")
        found = self.metrics()
        self.assertEqual(
            prometheus_text.value(found, "sluice_denials_total", profile="pure", syscall="socket"), 1)
        self.assertEqual(prometheus_text.value(
            found, "sluice_step_attempt_seconds_count", runtime="python", outcome="raised"), 1)
        self.assertEqual(
            prometheus_text.value(found, "sluice_runs_ended_total", flow="naughty", state="failed"), 1)

    def test_no_label_holds_what_a_client_made_up(self):
        self.wait_for(self.start_run("naughty", self.runner), self.runner)
        for word in ["MADEUP", 'MADEUP"} 1', "MADEUP%0A"]:
            self.ask("GET", f"/{word}".replace(" ", "%20"), self.reader)
            self.ask("POST", f"/hooks/{word}".replace(" ", "%20"), None, {})
            self.ask("POST", f"/api/flows/{word}/runs".replace(" ", "%20"), self.runner, {"inputs": {}})
        self.ask("MADEUP", "/api/runs", self.reader)
        connection = self.connect()
        connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {self.reader}"})
        text = connection.getresponse().read().decode()
        self.assertNotIn("MADEUP", text)
        families(text)

    def test_the_page_on_figures_names_each_one(self):
        self.wait_for(self.start_run("naughty", self.runner), self.runner)
        self.ask("POST", "/hooks/hooked", None, {"number": 4}, {"X-Id": "1"})
        page = (ROOT / "docs/observing.md").read_text()
        named = set(re.findall(r"`((?:sluice|process)_[a-z_]+)`", page))
        self.assertLessEqual(set(self.metrics()), named)


if __name__ == "__main__":
    unittest.main()
