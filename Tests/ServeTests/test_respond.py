import socket
import unittest

from serve_support import ServeTestCase

HOOK = """flow: NAME
inputs: {text: {type: string, default: x}}
on:
  webhook: {inputs: {text: "${{ body.text }}"}WITHIN}
nodes:
"""
FLOWS = {
    "answers": ("", """  early: {respond: {status: 201, body: {said: "${{ inputs.text }}"}}}
  later: {after: [early], wait: 1 s}
"""),
    "late": (", respond-within: 200 ms", """  pause: {wait: 2 s}
  answer: {after: [pause], respond: {status: 203, body: {at: last}}}
"""),
    "fails": ("", """  bad: {script: bad.py, input: {}}
  answer: {after: [bad], respond: {body: never}}
"""),
    "silent": ("", """  no: {when: false, respond: {body: never}}
"""),
    "twice": ("", """  first: {respond: {body: first}}
  second: {after: [first], respond: {status: 500, body: second}}
"""),
    "empty": ("", """  none: {respond: {status: 204}}
"""),
    "unchanged": ("", """  none: {respond: {status: 304, body: {a: 1}}}
"""),
    "large": ("", """  big: {script: big.py, input: {}}
  answer: {respond: {body: "${{ nodes.big.output }}"}}
"""),
    "huge": ("", """  big: {script: huge.py, input: {}}
  twice: {set: ["${{ nodes.big.output }}", "${{ nodes.big.output }}", "${{ nodes.big.output }}"]}
  more: {set: ["${{ nodes.twice.output }}", "${{ nodes.twice.output }}"]}
  answer: {respond: {body: ["${{ nodes.more.output }}", "${{ nodes.more.output }}"]}}
"""),
}
SCRIPTS = {"fails/bad.py": "def main():\n    raise ValueError('secret-inside')\n",
           "large/big.py": "def main():\n    return 'y' * (4 << 20)\n",
           "huge/huge.py": "def main():\n    return 'z' * (3 << 20)\n"}


class Responding(ServeTestCase):
    def prepare(self):
        for name, (within, nodes) in FLOWS.items():
            self.add_flow(name, HOOK.replace("NAME", name).replace("WITHIN", within) + nodes)
        for name, text in SCRIPTS.items():
            (self.folder / "flows" / name).write_text(text)

    def post(self, flow, **body):
        return self.ask("POST", f"/hooks/{flow}", None, body)

    def newest(self, flow):
        return self.ask("GET", f"/api/runs?flow={flow}", self.key("read"))[2]["runs"][0]["id"]

    def test_a_flow_answers_its_sender_while_the_run_goes_on(self):
        status, headers, body = self.post("answers", text="hello <b>")
        self.assertEqual((status, body), (201, {"said": "hello <b>"}))
        self.assertEqual(headers["Content-Type"], "application/json")
        run = self.newest("answers")
        self.assertNotIn(
            self.ask("GET", f"/api/runs/{run}", self.key("read"))[2]["state"], ["failed", "cancelled"])
        self.assertEqual(self.wait_for(run, self.key("read"))["state"], "succeeded")

    def test_after_the_deadline_the_sender_gets_an_address_that_a_key_opens(self):
        status, headers, body = self.post("late")
        self.assertEqual((status, body["status"]), (202, "accepted"))
        self.assertEqual(headers["Location"], body["url"])
        self.assertEqual(self.ask("GET", body["url"])[0], 401)
        key = self.key("read", "--flow", "late")
        self.assertEqual(self.ask("GET", body["url"], self.key("read", "--flow", "answers"))[0], 404)
        self.assertEqual(self.wait_for(body["run"], key)["state"], "succeeded")
        shown = self.ask("GET", body["url"], key)[2]
        self.assertEqual(shown["response"], {"status": 203, "body": {"at": "last"}})

    def test_a_run_that_ends_without_an_answer_says_how_and_not_why(self):
        status, _, body = self.post("fails")
        self.assertEqual((status, body), (500, {"status": "failed", "run": self.newest("fails")}))
        status, _, body = self.post("silent")
        self.assertEqual((status, body), (200, {"status": "succeeded", "run": self.newest("silent")}))

    def test_of_two_answers_the_first_counts(self):
        status, _, body = self.post("twice")
        self.assertEqual((status, body), (200, "first"))
        run = self.newest("twice")
        self.wait_for(run, self.key("read"))
        shown = self.ask("GET", f"/api/runs/{run}", self.key("read"))[2]
        self.assertEqual(shown["response"], {"status": 200, "body": "first"})
        self.assertEqual(shown["state"], "succeeded")

    def test_an_answer_without_a_body_has_none_and_the_connection_goes_on(self):
        connection = self.connect()
        for flow, status in [("empty", 204), ("unchanged", 304), ("answers", 201)]:
            connection.request("POST", f"/hooks/{flow}", b"{}", {"Content-Type": "application/json"})
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read() == b""), (status, status != 201))

    def test_a_large_answer_arrives_whole_and_one_that_is_too_large_fails_its_run(self):
        status, _, body = self.post("large")
        self.assertEqual((status, len(body)), (200, 4 << 20))
        run = self.post("huge")[2]["run"]
        ended = self.wait_for(run, self.key("read"))
        self.assertEqual((ended["state"], ended["error"]["kind"]), ("failed", "output"))

    def test_a_sender_that_goes_away_stops_nothing(self):
        host, port = self.place.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /hooks/late HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
            while not self.ask("GET", "/api/runs?flow=late", self.key("read"))[2]["runs"]:
                self.assertIsNone(self.host.poll())
        self.assertEqual(self.wait_for(self.newest("late"), self.key("read"))["state"], "succeeded")


if __name__ == "__main__":
    unittest.main()
