import json
import threading
import unittest

from approval_support import ApprovalTestCase


class ApprovalsOverHTTP(ApprovalTestCase):
    def test_an_approval_shows_what_it_covers_and_that_alone_is_sent(self):
        release, read = self.named("release"), self.key("read")
        run, approval = self.asked(item="seven/../8")
        self.assertEqual(approval["state"], "waiting")
        self.assertEqual(approval["risk"], "high")
        self.assertEqual(approval["ask"], "Remove seven/../8?")
        self.assertEqual(approval["choices"], [
            {"name": "accept", "label": "Remove it", "approves": True},
            {"name": "reject", "label": "Keep it", "approves": False}])
        self.assertEqual(approval["covers"], [{
            "node": "remove", "operation": "http/request", "connection": "target", "risk": "high",
            "arguments": {"method": "DELETE", "path": "items/seven/../8"}}])
        self.assertEqual(self.service.seen, [])
        self.ask("POST", f"/api/runs/{run}/cancel", self.key("run"))

        run, approval = self.asked(item="7")
        status, _, decided = self.decide(approval, release, comment="fine")
        self.assertEqual((status, decided["state"]), (200, "decided"), decided)
        self.assertEqual(
            {key: decided["decision"][key] for key in ["choice", "by", "comment"]},
            {"choice": "accept", "by": "key:release", "comment": "fine"})
        ended = self.wait_for(run, read)
        self.assertEqual(ended["outputs"]["choice"], decided["decision"])
        self.assertEqual(self.service.seen, [("DELETE", "/items/7", "")])

    def test_a_decision_is_made_once_and_the_second_hears_who_made_it(self):
        release, lead = self.named("release"), self.named("lead")
        run, approval = self.asked()
        answers = []

        def say(key, choice):
            answers.append(self.decide(approval, key, choice))

        threads = [threading.Thread(target=say, args=pair)
                   for pair in [(release, "accept"), (lead, "reject")] * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made = [answer for answer in answers if answer[0] == 200]
        self.assertEqual(len(made), 1, answers)
        decision = made[0][2]["decision"]
        for status, _, body in answers:
            if status != 200:
                self.assertEqual((status, body["error"]["code"]), (409, "decided"))
                self.assertEqual(
                    body["error"]["details"], [decision["choice"], decision["by"], decision["at"]])
        self.wait_for(run, release)
        self.assertEqual(len(self.service.seen), 1 if decision["choice"] == "accept" else 0)

    def test_only_those_it_is_for_decide_and_only_what_they_saw(self):
        release = self.named("release")
        run, approval = self.asked()
        other = dict(approval, hash="0" * 64)
        cases = [
            (approval, self.named("stranger"), {}, 403, "not-for-you"),
            (approval, self.key("approve"), {}, 403, "not-for-you"),
            (approval, self.key("admin"), {}, 403, "not-for-you"),
            (approval, self.named("release", "run"), {}, 403, "forbidden"),
            (approval, None, {}, 401, "unauthorized"),
            (other, release, {}, 409, "changed"),
            (approval, release, {"choice": "perhaps"}, 400, "unknown-choice"),
            (approval, release, {"choice": 1}, 400, "invalid-body"),
            (approval, release, {"hash": None}, 400, "invalid-body"),
            (approval, release, {"comment": 3}, 400, "invalid-body"),
            (approval, release, {"comment": "a" * 4001}, 400, "invalid-body"),
            (approval, release, {"more": 3}, 400, "invalid-body"),
            (dict(approval, id=approval["id"][:-1]), release, {}, 404, "not-found"),
            (dict(approval, id="none.0123456789abcdef"), release, {}, 404, "not-found"),
        ]
        for about, key, more, status, code in cases:
            with self.subTest(code=code, more=str(more)[:40]):
                got, _, body = self.decide(about, key, **more)
                self.assertEqual((got, body["error"]["code"]), (status, code), body)
        self.assertEqual(self.service.seen, [])
        self.assertEqual(self.decide(approval, release, "reject")[0], 200)
        self.assertEqual(self.wait_for(run, release)["state"], "succeeded")
        self.assertEqual(self.service.seen, [])

    def test_nobody_approves_the_high_risk_that_they_asked_for(self):
        lead = self.named("lead")
        run, approval = self.asked(self.named("lead", "run"))
        self.assertEqual(approval["requested_by"], "key:lead")
        status, _, body = self.decide(approval, lead)
        self.assertEqual((status, body["error"]["code"]), (403, "own-request"))
        self.assertEqual(self.decide(approval, self.named("release"))[0], 200)
        self.wait_for(run, lead)
        self.assertEqual(len(self.service.seen), 1)

    def test_what_has_expired_or_ended_takes_no_decision(self):
        release = self.named("release")
        run, approval = self.asked(flow="hasty")
        self.assertEqual(self.wait_for(run, release)["outputs"], {"choice": "expired"})
        status, _, body = self.decide(approval, release, "yes")
        self.assertEqual((status, body["error"]["code"]), (409, "expired"))
        shown = self.ask("GET", f"/api/approvals/{approval['id']}", release)[2]
        self.assertEqual((shown["state"], shown["decision"]), ("expired", None))

        run, approval = self.asked()
        self.ask("POST", f"/api/runs/{run}/cancel", self.key("run"))
        self.wait_for(run, release)
        status, _, body = self.decide(approval, release)
        self.assertEqual((status, body["error"]["code"]), (409, "not-waiting"))
        listed = self.ask("GET", "/api/approvals?state=cancelled&state=expired", release)[2]
        self.assertEqual([a["state"] for a in listed["approvals"]], ["cancelled", "expired"])
        self.assertEqual(self.ask("GET", "/api/approvals", release)[2]["approvals"], [])

    def test_approvals_are_listed_by_flow_and_state_in_pages(self):
        key, run = self.named("release"), self.key("run")
        for number in range(3):
            self.start_run("release", run, item=str(number))
        listed = self.waiting(key, 3, flow="release")
        _, _, page = self.ask("GET", "/api/approvals?limit=2", key)
        self.assertEqual([a["id"] for a in page["approvals"]], [a["id"] for a in listed[:2]])
        _, _, rest = self.ask("GET", f"/api/approvals?limit=2&before={page['next']}", key)
        self.assertEqual([a["id"] for a in rest["approvals"]], [listed[2]["id"]])
        self.assertIsNone(rest["next"])
        self.assertNotIn("covers", page["approvals"][0])
        self.assertEqual(self.ask("GET", "/api/approvals?flow=hasty", key)[2]["approvals"], [])
        self.assertEqual(self.ask("GET", "/api/approvals?state=decided", key)[2]["approvals"], [])
        for query in ["state=odd", "before=x", "before=-1", "limit=0", "colour=red"]:
            self.assertEqual(self.ask("GET", f"/api/approvals?{query}", key)[0], 400, query)
        only = self.key("approve", "--flow", "hasty", "--name", "release")
        self.assertEqual(self.ask("GET", "/api/approvals", only)[2]["approvals"], [])
        self.assertEqual(self.ask("GET", "/api/approvals?flow=release", only)[2]["approvals"], [])
        self.assertEqual(self.ask("GET", f"/api/approvals/{listed[0]['id']}", only)[0], 404)
        _, _, shown = self.ask("GET", f"/api/approvals/{listed[0]['id']}", key)
        self.assertEqual(self.decide(shown, only)[0], 404)

    def test_an_approval_survives_the_death_of_the_host(self):
        release = self.named("release")
        run, approval = self.asked()
        self.host.kill()
        self.host.wait()
        self.start()
        again = self.ask("GET", f"/api/approvals/{approval['id']}", release)[2]
        self.assertEqual(again, approval)
        self.assertEqual(self.decide(approval, release)[0], 200)
        self.assertEqual(self.wait_for(run, release)["state"], "succeeded")
        self.assertEqual(len(self.service.seen), 1)

    def test_who_decided_what_is_in_the_audit_log(self):
        release, admin = self.named("release"), self.key("admin")
        run, approval = self.asked()
        self.decide(approval, self.named("stranger"))
        self.decide(approval, release)
        self.wait_for(run, release)
        rows = [row for row in self.ask("GET", "/api/audit", admin)[2]["audit"]
                if row["act"].startswith("approval.")]
        self.assertEqual(
            [(row["act"], row["by"], row["subject"]) for row in rows],
            [("approval.decide", "key:release", f"approval:{approval['id']}"),
             ("approval.refused", "key:stranger", f"approval:{approval['id']}")])
        self.assertIn(release.split("_")[1], rows[0]["detail"])
        self.assertIn(approval["hash"], rows[0]["detail"])
        self.assertNotIn(release.split("_", 2)[2], json.dumps(rows))


if __name__ == "__main__":
    unittest.main()
