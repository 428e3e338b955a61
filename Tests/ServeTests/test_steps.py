import signal
import unittest

from serve_support import SCRIPTS, ServeTestCase

MANY = """flow: many
summary: Twice each number.
nodes:
  numbers: {set: [{id: a/1, n: 1}, {id: "b]2", n: 2}, {id: c%3, n: 3}]}
  twice:
    for-each: ${{ nodes.numbers.output }}
    key: ${{ item.id }}
    script: twice.py
    input: {number: "${{ item.n }}"}
"""
ONLINE = """flow: online
summary: A script that may have done something elsewhere.
nodes:
  ask: {script: ask.py, profile: fetch, network: {hosts: ["example.com:443"]}, input: {}}
  after: {set: done, after: [ask]}
"""
SLOW = "import time\ndef main():\n    time.sleep(30)\n"


class Steps(ServeTestCase):
    flows = {"many": MANY, "online": ONLINE}
    scripts = {"many/twice.py": SCRIPTS["double/twice.py"], "online/ask.py": SLOW}
    configuration = 'grants: {"*": {profiles: [pure, fetch]}}\n'

    def test_steps_are_listed_in_pages_and_shown_with_their_attempts(self):
        key = self.key("read")
        run = self.start_run("many", self.key("run"))
        self.wait_for(run, key)
        pages, after = [], ""
        while after is not None:
            query = "limit=2" + (f"&after={after}" if after else "")
            _, _, page = self.ask("GET", f"/api/runs/{run}/steps?{query}", key)
            pages.append([step["step"] for step in page["steps"]])
            after = page["next"] and page["next"].replace("%", "%25").replace("/", "%2F").replace("]", "%5D")
        self.assertEqual(
            sorted(sum(pages, [])), sorted(["numbers", "twice", "twice[a/1]", "twice[b%5D2]", "twice[c%253]"]))
        self.assertTrue(all(len(page) <= 2 for page in pages))
        _, _, items = self.ask("GET", f"/api/runs/{run}/steps?node=twice&state=succeeded", key)
        self.assertEqual(len(items["steps"]), 4)
        for item, output in [("a%2F1", 2), ("b]2", 4), ("c%253", 6)]:
            status, _, step = self.ask("GET", f"/api/runs/{run}/steps/twice?key={item}", key)
            self.assertEqual((status, step["output"]), (200, {"answer": output}))
            self.assertEqual(step["attempts"][0]["outcome"], "returned")
        status, _, step = self.ask("GET", f"/api/runs/{run}/steps/twice%5Ba%2F1%5D", key)
        self.assertEqual((status, step["key"]), (200, "a/1"))
        for path in ["none", "twice?key=none"]:
            self.assertEqual(self.ask("GET", f"/api/runs/{run}/steps/{path}", key)[0], 404)
        bound = self.key("read", "--flow", "double")
        for path in ["steps", "steps/numbers"]:
            self.assertEqual(self.ask("GET", f"/api/runs/{run}/{path}", bound)[0], 404)

    def test_runs_are_listed_by_time_and_trigger(self):
        key = self.key("run")
        run = self.start_run("double", key, number=1)
        self.ask("POST", "/hooks/hooked", None, {"number": 4})
        made = self.wait_for(run, key)["created_at"]

        def flows(query):
            return {row["flow"] for row in self.ask("GET", f"/api/runs?{query}", key)[2]["runs"]}

        self.assertEqual(flows("trigger=api"), {"double"})
        self.assertEqual(flows("trigger=webhook"), {"hooked"})
        self.assertEqual(flows(f"since={made}"), {"double", "hooked"})
        self.assertEqual(flows(f"until={made}"), set())
        self.assertEqual(flows("since=2001-01-01&until=2002-01-01T00:00:00%2B09:00"), set())
        for query in ["since=yesterday", "until=2026-02-30", "since=2026-01-01T25:00:00Z"]:
            self.assertEqual(self.ask("GET", f"/api/runs?{query}", key)[0], 400, query)

    def test_a_person_says_what_became_of_an_effect_in_doubt(self):
        key = self.key("run")
        run = self.start_run("online", key)
        while not self.ask("GET", f"/api/runs/{run}/steps", key)[2]["steps"]:
            self.assertIsNone(self.host.poll())
        self.host.send_signal(signal.SIGKILL)
        self.host.wait()
        self.start()
        path = f"/api/runs/{run}/steps/ask"
        while self.ask("GET", path, key)[2]["waits_for"] != "resolution":
            self.assertIsNone(self.host.poll())
        self.assertEqual(self.ask("POST", f"{path}/resolve", self.key("read"), {"resolution": "done"})[0], 403)
        self.assertEqual(self.ask("POST", f"{path}/resolve", key, {"resolution": "perhaps"})[0], 400)
        status, _, _ = self.ask("POST", f"{path}/resolve", key, {"resolution": "done"})
        self.assertEqual(status, 202)
        self.assertEqual(self.wait_for(run, key)["state"], "succeeded")
        status, _, answer = self.ask("POST", f"{path}/resolve", key, {"resolution": "done"})
        self.assertEqual((status, answer["error"]["code"]), (409, "not-asked"))
        acts = [row["act"] for row in self.ask("GET", "/api/audit", self.key())[2]["audit"]]
        self.assertEqual(acts.count("step.resolve"), 1)


if __name__ == "__main__":
    unittest.main()
