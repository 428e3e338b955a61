import json
import unittest

import workflow_support  # noqa: F401
from approval_support import ApprovalTestCase


class HighRisk(ApprovalTestCase):
    def app(self, name):
        return self.key("workflow", "--flow", "release", "--name", name)

    def answer(self, key, reason, action):
        return self.ask("POST", f"/v1/form/human_input/{reason['form_token']}", key,
                        {"user": "ada", "inputs": {}, "action": action})

    def test_an_app_key_does_not_approve_the_high_risk_it_asked_for(self):
        asking, lead = self.app("release"), self.app("lead")
        _, _, body = self.ask("POST", "/v1/workflows/run", asking, {"inputs": {"item": "a"}, "user": "ada"})
        self.assertEqual(body["data"]["status"], "paused", body)
        reason, = body["data"]["reasons"]
        # What will be sent is shown, exactly.
        shown = json.loads(reason["form_content"].split("```json\n")[1].split("\n```")[0])
        self.assertEqual(shown["remove"]["operation"], "http/request")
        self.assertEqual(shown["remove"]["risk"], "high")
        self.assertEqual(shown["remove"]["arguments"], {"method": "DELETE", "path": "items/a"})

        status, _, refusal = self.answer(asking, reason, "accept")
        self.assertEqual((status, refusal["code"]), (403, "forbidden"))
        self.assertEqual(self.answer(self.app("stranger"), reason, "accept")[0], 403)
        self.assertEqual(self.service.seen, [])
        self.assertEqual(self.answer(lead, reason, "accept")[0], 200)
        _, _, events = self.ask("GET", f"/v1/workflow/{body['task_id']}/events?user=ada", asking)
        end = json.loads(events.strip().split("data: ")[-1])
        self.assertEqual(end["data"]["status"], "succeeded")
        self.assertEqual(self.service.seen, [("DELETE", "/items/a", "")])
        audit = [row["act"] for row in self.ask("GET", "/api/audit", self.key("admin"))[2]["audit"]]
        self.assertEqual(audit.count("approval.refused"), 2)
        self.assertEqual(audit.count("approval.decide"), 1)


if __name__ == "__main__":
    unittest.main()
