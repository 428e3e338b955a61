import unittest

from serve_support import ServeTestCase


class Deliveries(ServeTestCase):
    def send(self, body, name="1"):
        return self.ask(
            "POST", "/hooks/hooked", None, body,
            {"X-Id": name, "X-Gitlab-Token": "hidden-token", "Authorization": "Bearer hidden-key"})

    def test_deliveries_are_listed_by_what_became_of_them_and_shown_without_credentials(self):
        key = self.key("read")
        for _ in range(2):
            self.send({"number": 4})
        self.send({"number": "none"}, name="2")
        _, _, page = self.ask("GET", "/api/deliveries?flow=hooked", key)
        self.assertEqual([row["result"] for row in page["deliveries"]], ["refused", "duplicate", "accepted"])
        accepted = page["deliveries"][2]
        self.assertEqual(page["deliveries"][1]["duplicate_of"], accepted["id"])
        _, _, some = self.ask("GET", f"/api/deliveries?result=accepted&run={accepted['run']}", key)
        self.assertEqual([row["id"] for row in some["deliveries"]], [accepted["id"]])
        _, _, first = self.ask("GET", "/api/deliveries?limit=1", key)
        _, _, rest = self.ask("GET", f"/api/deliveries?before={first['next']}", key)
        self.assertEqual(len(rest["deliveries"]), 2)
        self.assertEqual(self.ask("GET", "/api/deliveries?until=2001-01-01", key)[2]["deliveries"], [])
        for row in page["deliveries"]:
            status, _, shown = self.ask("GET", f"/api/deliveries/{row['id']}", key)
            self.assertEqual(status, 200)
            self.assertNotIn("hidden", str(shown))
            self.assertIn('"number":', shown["body"])
            self.assertIn("X-Id", [name for name, _ in shown["headers"]])

    def test_a_delivery_comes_again_as_one_of_its_own(self):
        key = self.key("run")
        self.send({"number": 4})
        self.send({"number": 4})
        _, _, page = self.ask("GET", "/api/deliveries", key)
        duplicate, accepted = page["deliveries"]
        # Once from what was accepted, once from its duplicate, whose bytes stand with the first.
        for row in [accepted, duplicate]:
            status, headers, again = self.ask("POST", f"/api/deliveries/{row['id']}/redeliver", key)
            self.assertEqual((status, again["result"]), (202, "accepted"), again)
            self.assertEqual(headers["Location"], f"/api/runs/{again['run']}")
            self.assertEqual(self.wait_for(again["run"], key)["outputs"], {"answer": 8})
            _, _, shown = self.ask("GET", f"/api/deliveries/{again['delivery']}", key)
            self.assertEqual((shown["redelivers"], shown["duplicate_of"]), (row["id"], None))
            self.assertEqual(shown["peer"], f"key:{key.split('_')[1]}")
            _, _, run = self.ask("GET", f"/api/runs/{again['run']}", key)
            self.assertEqual(run["trigger"]["redelivers"], row["id"])
        self.assertEqual(self.send({"number": 4})[2]["status"], "duplicate")
        acts = [row["act"] for row in self.ask("GET", "/api/audit", self.key())[2]["audit"]]
        self.assertEqual(acts.count("delivery.redeliver"), 2)

    def test_what_a_flow_cannot_read_is_refused_again_and_starts_nothing(self):
        key = self.key("run")
        self.send({"number": "none"})
        delivery = self.ask("GET", "/api/deliveries", key)[2]["deliveries"][0]["id"]
        status, _, again = self.ask("POST", f"/api/deliveries/{delivery}/redeliver", key)
        self.assertEqual((status, again["result"], again["run"]), (200, "refused", None))
        self.assertIn("number", again["reason"])

    def test_only_keys_that_may_see_and_repeat_deliveries(self):
        self.send({"number": 4})
        admin, bound = self.key(), self.key("run", "--flow", "double")
        delivery = self.ask("GET", "/api/deliveries", admin)[2]["deliveries"][0]["id"]
        self.assertEqual(self.ask("GET", "/api/deliveries", bound)[2]["deliveries"], [])
        self.assertEqual(self.ask("GET", f"/api/deliveries/{delivery}", bound)[0], 404)
        self.assertEqual(self.ask("POST", f"/api/deliveries/{delivery}/redeliver", bound)[0], 404)
        self.assertEqual(self.ask("POST", f"/api/deliveries/{delivery}/redeliver", self.key("read"))[0], 403)


if __name__ == "__main__":
    unittest.main()
