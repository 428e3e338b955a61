import unittest

from serve_support import SCRIPTS, ServeTestCase

CHAIN = """flow: chain
summary: Steps of which one fails.
inputs: {word: {type: string, required: true}}
nodes:
  first: {script: now.py, input: {}}
  numbers: {set: [1, 2]}
  each:
    for-each: ${{ nodes.numbers.output }}
    script: twice.py
    input: {number: "${{ item }}"}
    after: [first]
  beside: {script: now.py, input: {}}
  second: {script: fragile.py, input: {word: "${{ inputs.word }}", numbers: "${{ nodes.each.output }}"}}
  third: {set: {word: "${{ nodes.second.output.word }}", first: "${{ nodes.first.output.at }}"}}
outputs: {word: "${{ nodes.third.output.word }}", first: "${{ nodes.third.output.first }}"}
"""
ONLINE = """flow: online
summary: Scripts with a network.
nodes:
  once: {script: now.py, profile: fetch, network: {hosts: ["example.com:443"]}, input: {}}
  often: {script: now.py, profile: fetch, repeatable: true, network: {hosts: ["example.com:443"]}, input: {}}
"""
NOW = "import time\ndef main():\n    return {'at': time.time_ns()}\n"
BROKEN = "def main(word, numbers):\n    raise ValueError('not ' + word)\n"
MENDED = "def main(word, numbers):\n    return {'word': word.upper(), 'sum': sum(n['answer'] for n in numbers)}\n"


class Repeating(ServeTestCase):
    flows = {"chain": CHAIN, "online": ONLINE}
    scripts = {"chain/now.py": NOW, "chain/fragile.py": BROKEN, "chain/twice.py": SCRIPTS["double/twice.py"],
               "online/now.py": NOW}
    configuration = 'grants: {"*": {profiles: [pure, fetch]}}\n'

    def setUp(self):
        super().setUp()
        self.run_key = self.key("run")

    def failed_run(self):
        run = self.start_run("chain", self.run_key, word="so")
        self.assertEqual(self.wait_for(run, self.run_key)["error"]["kind"], "ValueError")
        return run

    def mend(self):
        (self.folder / "flows/chain/fragile.py").write_text(MENDED)
        self.stop()
        self.start()

    def steps(self, run):
        return {step["step"]: step for step in self.ask("GET", f"/api/runs/{run}/steps", self.run_key)[2]["steps"]}

    def resume(self, run, key=None, **body):
        return self.ask("POST", f"/api/runs/{run}/resume", key or self.run_key, body)

    def replay(self, run, step, key=None, **body):
        step, _, query = step.partition("?")
        return self.ask("POST", f"/api/runs/{run}/steps/{step}/replay?{query}", key or self.run_key, body)


class Resuming(Repeating):
    def test_what_stands_before_the_step_is_taken_over_and_never_done_again(self):
        old = self.failed_run()
        self.mend()
        before = self.steps(old)
        for files, state in [("pinned", "failed"), ("current", "succeeded")]:
            status, headers, body = self.resume(old, **{"from": "second", "files": files})
            self.assertEqual(status, 202, body)
            self.assertEqual(headers["Location"], body["url"])
            self.assertEqual(self.wait_for(body["id"], self.run_key)["state"], state)
            after = self.steps(body["id"])
            for step in ["first", "beside", "each", "each[0]", "each[1]"]:
                self.assertEqual(after[step]["taken_from"], old)
                self.assertEqual((after[step]["output"], after[step]["attempts"]), (before[step]["output"], []))
            self.assertIsNone(after["second"]["taken_from"])
            self.assertEqual(len(after["second"]["attempts"]), 1)
        _, _, run = self.ask("GET", body["url"], self.run_key)
        self.assertEqual(run["outputs"], {"word": "SO", "first": before["first"]["output"]["at"]})
        self.assertEqual(run["trigger"]["resumes"], {"run": old, "from": "second"})
        # What was taken over says where it was done, also when it is taken over again.
        _, _, again = self.resume(body["id"], **{"from": "third"})
        self.wait_for(again["id"], self.run_key)
        self.assertEqual(self.steps(again["id"])["first"]["taken_from"], old)
        self.assertEqual(self.steps(again["id"])["second"]["taken_from"], body["id"])
        self.assertEqual(self.steps(old), before)
        acts = [row["act"] for row in self.ask("GET", "/api/audit", self.key())[2]["audit"]]
        self.assertEqual(acts.count("run.resume"), 3)

    def test_what_cannot_be_resumed_is_refused_with_one_message(self):
        old = self.failed_run()
        going = self.start_run("patient", self.run_key)
        for run, node, said in [(old, "fourth", "no node 'fourth'"), (old, "each[0]", "no node"),
                                (old, "third", "resume from 'second'"), (going, "pause", "still goes on")]:
            status, _, answer = self.resume(run, **{"from": node})
            self.assertEqual((status, answer["error"]["code"]), (409, "cannot-resume"), answer)
            self.assertIn(said, answer["error"]["message"])
        for body in [{}, {"from": ""}, {"from": "second", "files": "new"}, {"from": "second", "steps": []}]:
            self.assertEqual(self.resume(old, **body)[0], 400, body)
        self.assertEqual(self.resume(old, self.key("read"), **{"from": "second"})[0], 403)
        self.assertEqual(self.resume(old, self.key("run", "--flow", "double"), **{"from": "second"})[0], 404)
        self.ask("POST", f"/api/runs/{going}/cancel", self.run_key)


class Replaying(Repeating):
    def test_a_recorded_step_is_run_again_and_its_run_stays_as_it_was(self):
        run = self.failed_run()
        self.mend()
        before = self.ask("GET", f"/api/runs/{run}", self.run_key)[2]
        status, _, now = self.replay(run, "second")
        self.assertEqual(status, 200, now)
        self.assertEqual((now["same"], now["files"]), (False, "current"))
        self.assertEqual((now["recorded"]["outcome"], now["replayed"]["outcome"]), ("raised", "returned"))
        self.assertEqual(now["replayed"]["output"], {"word": "SO", "sum": 6})
        self.assertTrue(now["replayed"]["layers"])
        _, _, pinned = self.replay(run, "second", files="pinned")
        self.assertEqual((pinned["same"], pinned["replayed"]["error"]["line"]), (True, 2))
        _, _, item = self.replay(run, "each?key=1")
        self.assertEqual((item["same"], item["replayed"]["output"]), (True, {"answer": 4}))
        self.assertEqual(self.ask("GET", f"/api/runs/{run}", self.run_key)[2], before)

    def test_a_given_script_runs_under_the_profile_for_who_may_run_scripts(self):
        run = self.failed_run()
        script = "import socket\ndef main(word, numbers):\n    print(word)\n    socket.socket()\n"
        self.assertEqual(self.replay(run, "second", script=script)[0], 403)
        status, _, answer = self.replay(run, "second", self.key(), script=script)
        self.assertEqual(status, 200, answer)
        self.assertEqual((answer["replayed"]["outcome"], answer["replayed"]["stdout"]), ("raised", "so\n"))
        self.assertEqual(answer["replayed"]["denials"][0]["syscall"], "socket")

    def test_what_may_have_effects_and_what_is_no_script_is_not_replayed(self):
        run = self.start_run("online", self.run_key)
        self.assertEqual(self.wait_for(run, self.run_key)["state"], "succeeded")
        status, _, answer = self.replay(run, "once")
        self.assertEqual((status, answer["error"]["code"]), (409, "cannot-replay"))
        self.assertIn("repeatable", answer["error"]["message"])
        self.assertEqual(self.replay(run, "often")[2]["replayed"]["outcome"], "returned")
        chain = self.failed_run()
        for step, said in [("each", "by its key"), ("third", "")]:
            status, _, answer = self.replay(chain, step)
            self.assertIn(status, [404, 409], step)
            self.assertIn(said, answer["error"]["message"])
        self.assertEqual(self.replay(chain, "second", self.key("run", "--flow", "double"))[0], 404)
        self.assertEqual(self.replay(chain, "second", files="new")[0], 400)


if __name__ == "__main__":
    unittest.main()
