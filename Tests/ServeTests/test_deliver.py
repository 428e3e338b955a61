import json
import unittest

from approval_support import RELEASE, ApprovalTestCase
from page_support import Browser

DELIVERED = RELEASE.replace("flow: release", "flow: delivered").replace("      expires: 1 h\n", """      expires: 1 h
      deliver:
        uses: http/request
        connection: target
        with: {method: POST, path: notices/new, json: {text: "${{ approval.ask }}", url: "${{ approval.url }}"}}
""")


class Delivering(ApprovalTestCase):
    def prepare(self):
        super().prepare()
        self.add_flow("delivered", DELIVERED)

    def begin(self):
        run = self.start_run("delivered", self.key("run"), item="7")
        return run, self.waiting(self.key("read"))[0]

    def shown(self, approval):
        return self.ask("GET", f"/api/approvals/{approval['id']}", self.key("read"))[2]

    def delivered(self, approval, *states):
        """The approval once its delivery stands so."""
        while True:
            shown = self.shown(approval)
            if shown["delivery"] and shown["delivery"]["state"] in states:
                return shown
            self.assertIsNone(self.host.poll())

    def restart(self):
        self.host.kill()
        self.host.wait()
        self.start()

    def notices(self):
        return [json.loads(body) for method, _, body in self.service.seen if method == "POST"]

    def test_the_question_is_sent_once_with_a_link_that_opens_its_page(self):
        run, approval = self.begin()
        approval = self.delivered(approval, "succeeded")
        self.restart()
        again = Browser(self, approval["url"].removeprefix(self.public_url))
        _, page = again.sign_in(self.named("release"))
        self.assertEqual(self.notices(), [{"text": "Remove 7?", "url": approval["url"]}])
        self.assertEqual(again.decide(page, "accept")[0], 200)
        self.assertEqual(self.wait_for(run, self.key("read"))["state"], "succeeded")
        self.assertEqual(len(self.notices()), 1)
        self.assertEqual(self.service.seen[-1], ("DELETE", "/items/7", ""))

    def test_what_cannot_be_sent_is_there_to_be_seen_and_loses_nothing(self):
        self.service.failing = 1 << 30
        run, approval = self.begin()
        shown = self.delivered(approval, "failed")
        self.assertEqual(shown["delivery"]["error"]["status"], 503)
        self.assertEqual(shown["state"], "waiting")
        self.restart()
        self.service.failing = 0
        self.assertEqual(self.decide(self.shown(approval), self.named("release"), "accept")[0], 200)
        self.assertEqual(self.wait_for(run, self.key("read"))["state"], "succeeded")

    def test_a_host_that_dies_while_it_sends_does_not_send_again(self):
        self.service.gate.clear()
        run, approval = self.begin()
        self.assertTrue(self.service.arrived.acquire(timeout=60))
        self.host.kill()
        self.host.wait()
        self.service.gate.set()
        self.start()
        # Nobody can look up whether it arrived: it is left to a person, and the question waits as before.
        shown = self.delivered(approval, "waiting")
        self.assertEqual(shown["state"], "waiting")
        self.assertEqual(self.decide(shown, self.named("release"), "reject")[0], 200)
        self.assertEqual(self.wait_for(run, self.key("read"))["state"], "succeeded")
        self.assertEqual(len(self.notices()), 1)
        self.assertEqual(self.shown(approval)["delivery"]["state"], "cancelled")


if __name__ == "__main__":
    unittest.main()
