import json
import unittest

from serve_support import ServeTestCase


class RunsOverHTTP(ServeTestCase):
    def test_a_run_is_started_watched_and_shown(self):
        key = self.key("run")
        run = self.start_run("double", key, number=21)
        events = list(self.events(f"/api/runs/{run}/events", key))
        self.assertEqual(events[0][0], "run")
        self.assertEqual(events[-1][0], "end")
        self.assertEqual(events[-1][1]["state"], "succeeded")
        status, _, shown = self.ask("GET", f"/api/runs/{run}", key)
        self.assertEqual(status, 200)
        self.assertEqual(shown["outputs"], {"answer": 42})
        self.assertEqual(shown["steps"][0]["attempts"][0]["outcome"], "returned")

    def test_runs_are_listed_by_flow_and_state_in_pages(self):
        key = self.key("run")
        runs = [self.start_run("double", key, number=n) for n in range(3)]
        for run in runs:
            self.wait_for(run, key)
        _, _, page = self.ask("GET", "/api/runs?flow=double&state=succeeded&limit=2", key)
        self.assertEqual([run["id"] for run in page["runs"]], runs[::-1][:2])
        _, _, rest = self.ask("GET", f"/api/runs?flow=double&limit=2&before={page['next']}", key)
        self.assertEqual([run["id"] for run in rest["runs"]], runs[:1])
        self.assertIsNone(rest["next"])
        _, _, none = self.ask("GET", "/api/runs?state=failed", key)
        self.assertEqual(none["runs"], [])

    def test_a_delivery_runs_its_flow_once_and_needs_no_key(self):
        key = self.key("run")
        for _ in range(2):
            status, _, body = self.ask("POST", "/hooks/hooked", None, {"number": 4}, {"X-Id": "1"})
            self.assertIn(status, [200, 202], body)
        _, _, listed = self.ask("GET", "/api/runs?flow=hooked", key)
        self.assertEqual(len(listed["runs"]), 1)
        run = listed["runs"][0]["id"]
        self.assertEqual(self.wait_for(run, key)["outputs"], {"answer": 8})
        hooks = {flow["flow"]: flow["hook"] for flow in self.ask("GET", "/api/flows", key)[2]["flows"]}
        self.assertEqual(hooks["hooked"], "/hooks/hooked")

    def test_a_run_is_cancelled(self):
        key = self.key("run")
        run = self.start_run("patient", key)
        status, _, _ = self.ask("POST", f"/api/runs/{run}/cancel", key)
        self.assertEqual(status, 202)
        self.assertEqual(self.wait_for(run, key)["state"], "cancelled")

    def test_bad_requests_are_refused_in_one_envelope(self):
        key = self.key("run")
        cases = [
            ("GET", "/nothing", None, 404, "not-found"),
            ("GET", "/hooks/double", None, 405, "method-not-allowed"),
            ("POST", "/hooks/double", {}, 404, "not-found"),
            ("DELETE", "/api/runs", None, 405, "method-not-allowed"),
            ("GET", "/api/runs/none", None, 404, "not-found"),
            ("GET", "/api/runs?state=odd", None, 400, "invalid-query"),
            ("GET", "/api/runs?limit=0", None, 400, "invalid-query"),
            ("GET", "/api/runs?colour=red", None, 400, "invalid-query"),
            ("GET", "/api/runs?limit=1&limit=2", None, 400, "invalid-query"),
            ("GET", "/api/flows?limit=1", None, 400, "invalid-query"),
            ("POST", "/api/flows/none/runs", {}, 404, "not-found"),
            ("POST", "/api/flows/..%2Fdouble/runs", {}, 404, "not-found"),
            ("POST", "/api/flows/%00/runs", {}, 404, "not-found"),
            ("POST", "/api/flows/double/runs", {}, 400, "invalid-inputs"),
            ("POST", "/api/flows/double/runs", {"inputs": {"number": "x"}}, 400, "invalid-inputs"),
            ("POST", "/api/flows/double/runs", {"inputs": []}, 400, "invalid-body"),
            ("POST", "/api/flows/double/runs", {"input": {}}, 400, "invalid-body"),
            ("POST", "/api/flows/double/runs", [], 400, "invalid-body"),
            ("POST", "/api/flows/double/runs", b"{", 400, "invalid-json"),
            ("POST", "/api/flows/double/runs", b"[" * 100_000, 400, "invalid-json"),
            ("GET", "/api/keys", None, 403, "forbidden"),
        ]
        for method, path, body, status, code in cases:
            with self.subTest(method=method, path=path, body=str(body)[:40]):
                got, headers, answer = self.ask(method, path, key, body)
                self.assertEqual((got, answer["error"]["code"]), (status, code), answer)
                self.assertEqual(answer["error"]["request_id"], headers["X-Request-Id"])
                self.assertNotIn(str(self.folder), json.dumps(answer))

    def test_a_body_beyond_the_limit_is_refused_before_it_is_read(self):
        connection = self.connect()
        connection.putrequest("POST", "/api/flows/double/runs")
        connection.putheader("Authorization", f"Bearer {self.key('run')}")
        connection.putheader("Content-Length", str(1 << 30))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 413)

    def test_health_is_one_word_and_the_doctor_says_the_rest(self):
        status, headers, health = self.ask("GET", "/health")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertIn(health, ["ok", "degraded"])
        key = self.key("read")
        while (doctor := self.ask("GET", "/api/doctor", key)[2])["status"] == "starting":
            self.assertIsNone(doctor["layers"])
            self.assertIsNone(self.host.poll())
        self.assertEqual(self.ask("GET", "/health")[2], doctor["status"])
        self.assertIn("seccomp", {layer["layer"] for layer in doctor["layers"]})
        self.assertIn("pure", {profile["profile"] for profile in doctor["profiles"]})

    def test_a_wrong_method_names_the_right_ones_and_HEAD_is_GET_without_a_body(self):
        key = self.key("read")
        for method, path, allow in [("DELETE", "/api/runs", "GET, HEAD"), ("OPTIONS", "/api/runs", "GET, HEAD"),
                                    ("GET", "/api/runs/x/cancel", "POST")]:
            status, headers, _ = self.ask(method, path, key)
            self.assertEqual((status, headers["Allow"]), (405, allow))
            self.assertNotIn("Access-Control-Allow-Origin", headers)
        status, headers, body = self.ask("GET", "/api/flows", key)
        connection = self.connect()
        connection.request("HEAD", "/api/flows", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Content-Length"]), (200, headers["Content-Length"]))
        self.assertEqual(answer.read(), b"")

    def test_figures_count_requests_by_route(self):
        headers = {"Authorization": f"Bearer {self.key('read')}"}
        # On one connection a request is counted before the next one is read.
        connection = self.connect()
        connection.request("GET", "/api/runs", headers=headers)
        connection.getresponse().read()
        connection.request("GET", "/metrics", headers=headers)
        answer = connection.getresponse()
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        self.assertIn(
            'sluice_http_requests_total{operation="listRuns",status="200"} 1', answer.read().decode())


class Keys(ServeTestCase):
    environment = {"API_KEY": "chosen-by-a-person"}

    def test_every_route_but_health_and_hooks_needs_a_key_that_fits(self):
        read, sandbox = self.key("read"), self.key("sandbox")
        paths = ["/metrics", "/api/doctor", "/api/flows", "/api/runs", "/api/runs/x", "/api/runs/x/events"]
        for path in paths:
            self.assertEqual(self.ask("GET", path)[0], 401)
            self.assertEqual(self.ask("GET", path, sandbox)[0], 403)
            self.assertEqual(self.ask("GET", path, "chosen-by-a-person")[0], 403)
            self.assertIn(self.ask("GET", path, read)[0], [200, 404])
        self.assertEqual(self.ask("POST", "/api/flows/double/runs", read, {})[0], 403)

    def test_a_key_of_one_flow_sees_no_other(self):
        admin, key = self.key(), self.key("run", "--flow", "patient")
        run = self.start_run("double", admin, number=1)
        self.assertEqual(self.ask("GET", f"/api/runs/{run}", key)[0], 404)
        self.assertEqual(self.ask("GET", f"/api/runs/{run}/events", key)[0], 404)
        self.assertEqual(self.ask("POST", f"/api/runs/{run}/cancel", key)[0], 404)
        self.assertEqual(self.ask("GET", "/api/runs", key)[2]["runs"], [])
        self.assertEqual(self.ask("GET", "/api/runs?flow=double", key)[2]["runs"], [])
        self.assertEqual(self.ask("POST", "/api/flows/double/runs", key, {})[0], 404)
        self.assertEqual([flow["flow"] for flow in self.ask("GET", "/api/flows", key)[2]["flows"]], ["patient"])

    def test_a_revoked_key_is_refused_at_once_and_acts_are_kept(self):
        from serve_support import sluice
        admin, key = self.key(), self.key("run")
        run = self.start_run("double", key, number=1)
        self.wait_for(run, key)
        name = key.split("_")[1]
        sluice("keys", "revoke", name, "--data", str(self.data))
        self.assertEqual(self.ask("GET", "/api/runs", key)[0], 401)
        acts = [(row["act"], row["by"]) for row in self.ask("GET", "/api/audit", admin)[2]["audit"]]
        self.assertIn(("run.start", f"key:{name}"), acts)
        self.assertIn(("key.revoke", "command-line"), acts)
        listed = self.ask("GET", "/api/keys", admin)[2]["keys"]
        self.assertTrue(all("digest" not in entry for entry in listed))

    def test_guessing_is_held_off(self):
        statuses = [self.ask("GET", "/api/runs", "wrong")[0] for _ in range(25)]
        self.assertEqual(statuses[0], 401)
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(self.ask("GET", "/api/runs", self.key("read"))[0], 200)


if __name__ == "__main__":
    unittest.main()
