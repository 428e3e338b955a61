import signal
import unittest

from serve_support import ServeTestCase

CONFIGURATION = """grants: {"*": {profiles: [pure]}}
vars: {word: old}
"""
WORD = """flow: word
summary: Says a word of the configuration.
nodes:
  say: {set: "${{ vars.word }}"}
outputs: {word: "${{ nodes.say.output }}"}
"""


class Reloading(ServeTestCase):
    flows = {"word": WORD}
    configuration = CONFIGURATION

    def setUp(self):
        super().setUp()
        self.admin = self.key()

    def reload(self):
        return self.ask("POST", "/api/reload", self.admin)

    def write(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text)

    def say(self, flow="word"):
        return self.wait_for(self.start_run(flow, self.admin), self.admin)["outputs"]

    def test_flows_and_vars_are_taken_anew_and_runs_go_on_as_they_began(self):
        waiting = WORD.replace("nodes:", "nodes:\n  pause: {wait: 60 s}").replace("set:", "after: [pause], set:")
        self.write("flows/word/flow.yaml", waiting)
        self.assertEqual(self.reload()[0], 200)
        going = self.start_run("word", self.admin)
        self.write("flows/word/flow.yaml", WORD.replace("vars.word }}\"}\noutputs", "vars.word }}!\"}\noutputs"))
        self.write("flows/another/flow.yaml", WORD.replace("flow: word", "flow: another"))
        self.write("sluice.yaml", CONFIGURATION.replace("old", "new"))
        status, _, report = self.reload()
        self.assertEqual((status, report["problems"]), (200, []))
        self.assertIn("another", report["flows"])
        self.assertEqual(self.say(), {"word": "new!"})
        self.assertEqual(self.say("another"), {"word": "new"})
        self.assertIn(self.ask("GET", f"/api/runs/{going}", self.admin)[2]["state"], ["queued", "running", "waiting"])
        self.ask("POST", f"/api/runs/{going}/cancel", self.admin)
        acts = [row["act"] for row in self.ask("GET", "/api/audit", self.admin)[2]["audit"]]
        self.assertEqual(acts.count("host.reload"), 2)
        self.assertEqual(self.ask("POST", "/api/reload", self.key("run"))[0], 403)

    def test_a_wrong_configuration_changes_nothing_and_is_named(self):
        self.write("flows/word/flow.yaml", WORD.replace("vars.word }}", "vars.word }}!"))
        self.write("sluice.yaml", CONFIGURATION.replace("vars", "wars"))
        status, _, answer = self.reload()
        self.assertEqual((status, answer["error"]["code"]), (409, "wrong-configuration"), answer)
        self.assertRegex(answer["error"]["details"][0], r"sluice\.yaml:2:\d+: .*wars")
        self.assertEqual(self.say(), {"word": "old"})

    def test_a_wrong_flow_is_served_as_it_was_and_is_named(self):
        self.write("flows/word/flow.yaml", WORD.replace("set:", "sett:"))
        self.write("flows/another/flow.yaml", WORD.replace("flow: word", "flow: another"))
        status, _, report = self.reload()
        self.assertEqual(status, 200)
        problem = report["problems"][0]
        self.assertEqual(problem["line"], 4)
        self.assertIn("flow.yaml", problem["file"])
        self.assertIn("sett", problem["message"])
        self.assertEqual(self.say(), {"word": "old"})
        self.assertEqual(self.say("another"), {"word": "old"})

    def test_grants_that_are_taken_away_hold_at_once(self):
        self.write("sluice.yaml", CONFIGURATION.replace('"*": {profiles: [pure]}', "word: {profiles: [pure]}"))
        status, _, report = self.reload()
        self.assertEqual(status, 200)
        self.assertNotIn("double", report["flows"])
        self.assertTrue(report["problems"])
        self.assertEqual(self.ask("POST", "/api/flows/double/runs", self.admin, {"inputs": {"number": 1}})[0], 404)

    def test_a_hangup_reads_everything_again(self):
        self.write("sluice.yaml", CONFIGURATION.replace("old", "new"))
        log = open(self.folder / "log", encoding="utf-8")
        self.addCleanup(log.close)
        for said in ["the flows were read again", "nothing was read again"]:
            self.host.send_signal(signal.SIGHUP)
            while said not in (line := log.readline()):
                self.assertIsNone(self.host.poll(), line)
            self.assertEqual(self.say(), {"word": "new"})
            self.write("sluice.yaml", "grants: none\n")
        self.assertEqual(self.stop(), 0)


if __name__ == "__main__":
    unittest.main()
