"""The GitLab stand-in refuses what GitLab refuses, shows what it shows, and fails as it is told."""

import http.client
import json
import unittest
import urllib.error

from gitlab_test_case import MR, GitLabTestCase


class Refusals(GitLabTestCase):
    def test_requests_that_gitlab_refuses_get_its_status_and_body(self):
        discussions = f"{MR}/discussions"
        table = (
            ("GET", "/api/v4/user", None, {"PRIVATE-TOKEN": "no"}, 401,
             {"message": "401 Unauthorized"}),
            ("GET", "/api/v4/user", None, {}, 401, {"message": "401 Unauthorized"}),
            ("GET", "/api/v4/projects/42", None, None, 404, {"message": "404 Project Not Found"}),
            ("GET", "/api/v4/projects/shop/orders", None, None, 404, {"error": "404 Not Found"}),
            ("GET", "/api/v4/projects/41/merge_requests/8", None, None, 404,
             {"message": "404 Not found"}),
            ("GET", "/api/v4/projects/41/merge_requests/x", None, None, 400,
             {"error": "merge_request_iid is invalid"}),
            ("GET", f"{MR}/diffs?page=x", None, None, 400, {"error": "page is invalid"}),
            ("GET", f"{MR}/diffs?pagesize=1", None, None, 400,
             {"error": "stand-in: unknown parameter 'pagesize'"}),
            ("GET", "/api/v3/user", None, None, 404, {"error": "404 Not Found"}),
            ("PATCH", MR, {}, None, 405, {"error": "405 Not Allowed"}),
            ("POST", discussions, {}, None, 400, {"error": "body is missing"}),
            ("POST", discussions, {"body": 3}, None, 400, {"error": "body is invalid"}),
            ("POST", discussions, {"body": "x", "extra": 1}, None, 400,
             {"error": "stand-in: unknown parameter 'extra'"}),
            ("POST", discussions, {"body": "  "}, None, 400,
             {"message": '400 Bad request - Note {:note=>["can\'t be blank"]}'}),
            ("POST", f"{discussions}/abc/notes", {"body": "x"}, None, 404,
             {"message": "404 Discussion Not Found"}),
            ("GET", "/api/v4/projects/41/repository/files/README.md", None, None, 400,
             {"error": "ref is missing"}),
            ("GET", "/api/v4/projects/41/repository/files/README.md?ref=none", None, None, 404,
             {"message": "404 Commit Not Found"}),
            ("GET", "/api/v4/projects/41/repository/files/orders%2Fx.py?ref=main", None, None,
             404, {"message": "404 File Not Found"}),
        )
        for method, path, body, headers, status, expected in table:
            sent = {"PRIVATE-TOKEN": self.token} if headers is None else headers
            with self.subTest(method=method, path=path, body=body):
                got = self.server.send(method, path, body, sent)
                self.assertEqual((got[0], got[2]), (status, expected))

    def test_other_content_types_and_broken_json_are_refused(self):
        form = self.server.send("POST", f"{MR}/notes", raw=b"body=x", headers={
            "PRIVATE-TOKEN": self.token, "Content-Type": "application/x-www-form-urlencoded"})
        broken = self.server.send("POST", f"{MR}/notes", raw=b'{"body": "x"',
                                  headers={"PRIVATE-TOKEN": self.token})

        self.assertEqual(form[0], 415)
        self.assertEqual(broken[:1] + broken[2:],
                         (400, {"error": "message body does not match declared format"}))

    def test_a_token_that_only_reads_cannot_write(self):
        self.world["tokens"].append(
            {"token": "reader", "scopes": ["read_api"], "user": {"id": 9, "username": "reader"}})
        self.server = self.start("-reader")

        status, _, body = self.post(f"{MR}/notes", {"body": "x"}, **{"PRIVATE-TOKEN": "reader"})

        self.assertEqual((status, body["error"]), (403, "insufficient_scope"))
        self.assertEqual(self.get(MR, **{"PRIVATE-TOKEN": "reader"})[0], 200)

    def test_a_token_in_the_url_is_a_violation(self):
        self.server.send("GET", f"/api/v4/user?private_token={self.token}")

        self.assertEqual(len(self.server.state()["violations"]), 1)

    def test_the_limit_on_notes_answers_429(self):
        self.server.scenario(settings={"notes_per_minute": 2})
        statuses = [self.post(f"{MR}/notes", {"body": str(n)})[0] for n in range(3)]
        refused = self.post(f"{MR}/notes", {"body": "more"})

        self.assertEqual(statuses, [201, 201, 429])
        self.assertIn("too many times", refused[2]["message"]["error"])
        self.assertGreater(int(refused[1]["Retry-After"]), 0)

    def test_quick_actions_in_a_note_are_seen_as_executed(self):
        self.post(f"{MR}/notes", {"body": "fine\n/merge\n```\n/close\n```"})

        self.assertEqual(self.server.state()["quick_actions"], ["merge"])


class Reading(GitLabTestCase):
    def test_pages_are_reached_by_link_alone(self):
        self.server.scenario(settings={"page_size": 2, "link_only": True})
        paths, url = [], f"{MR}/diffs?per_page=100"
        while url:
            _, headers, rows = self.get(url)
            self.assertIsNone(headers["x-total"])
            paths += [row["new_path"] for row in rows]
            following = [part for part in headers["Link"].split(", ") if 'rel="next"' in part]
            url = following and following[0].split(">")[0][1 + len(self.server.url):]

        self.assertEqual(len(paths), 10)
        self.assertEqual(len(set(paths)), 10)

    def test_a_fresh_merge_request_has_no_diff_refs_yet(self):
        self.world["settings"] = {"not_ready": 2}
        self.server = self.start("-fresh")

        empty = self.get(f"{MR}/diffs")[2]
        seen = [self.get(MR)[2]["diff_refs"] for _ in range(3)]

        self.assertEqual(empty, [])
        self.assertEqual([one is None for one in seen], [True, True, False])

    def test_collapsed_and_too_large_files_have_no_diff_and_say_so(self):
        self.server.scenario(settings={"collapse_bytes": 250, "too_large_bytes": 500})
        rows = {row["new_path"]: row for row in self.get(f"{MR}/diffs?per_page=100")[2]}
        raw = self.get(f"{MR}/changes?access_raw_diffs=true")[2]["changes"]
        expanded = {row["new_path"]: row for row in raw}

        self.assertEqual((rows["orders/storage.py"]["too_large"],
                          rows["orders/storage.py"]["diff"]), (True, ""))
        self.assertEqual((rows["web/cart.js"]["collapsed"], rows["web/cart.js"]["diff"]),
                         (True, ""))
        self.assertTrue(expanded["web/cart.js"]["diff"].startswith("@@ "))

    def test_an_old_version_shows_old_shapes(self):
        self.server.scenario(settings={"old_version": True})
        self.assertEqual(self.get(f"{MR}/diffs")[0], 404)
        row = self.get(f"{MR}/changes")[2]["changes"][0]
        self.assertTrue(row["diff"].startswith("--- a/config/print-agent.ini\n+++ b/"))
        self.assertNotIn("collapsed", row)
        place = {**self.position("web/logo.png"), "position_type": "file"}
        self.assertEqual(self.comment(place)[0], 400)

    def test_raw_diffs_and_files_are_the_repository_s_own(self):
        raw = self.get(f"{MR}/raw_diffs")[2]
        one = self.get("/api/v4/projects/shop%2Forders/repository/files/config%2Fprint-agent.ini"
                       "/raw?ref=main")[2]

        self.assertTrue(raw.startswith(b"diff --git a/config/print-agent.ini"))
        self.assertIn(b"duplex = no\r\n", one)


class Faults(GitLabTestCase):
    def test_a_cut_after_committing_keeps_the_note_and_a_cut_before_does_not(self):
        for cut, kept in (("before", 0), ("after", 1)):
            self.server.scenario(faults=[{"on": {"method": "POST"}, "do": {"cut": cut}}])
            with self.subTest(cut=cut):
                with self.assertRaises((urllib.error.URLError, http.client.HTTPException,
                                        ConnectionError)):
                    self.post(f"{MR}/notes", {"body": "x"})
                self.assertEqual(self.server.state()["notes"], kept)

    def test_scripted_replies_come_in_their_turn(self):
        self.server.scenario(faults=[{
            "on": {"path": "/diffs$"}, "skip": 1, "times": 2,
            "do": {"status": 429, "headers": {"Retry-After": "3"}, "body": {"message": "slow"}}}])
        replies = [self.get(f"{MR}/diffs") for _ in range(4)]

        self.assertEqual([reply[0] for reply in replies], [200, 429, 429, 200])
        self.assertEqual(replies[1][1]["Retry-After"], "3")

    def test_redirects_slow_and_garbled_replies_are_as_written(self):
        self.server.scenario(faults=[
            {"do": {"redirect": "http://127.0.0.2:9{path}"}},
            {"do": {"slow": {"bytes": 400, "pause": 0.001}}}, {"do": {"garble": True}}])
        moved, slow, garbled = self.get(MR), self.get(MR), self.get(MR)

        self.assertEqual((moved[0], moved[1]["Location"]), (302, f"http://127.0.0.2:9{MR}"))
        self.assertEqual(slow[2]["iid"], 7)
        self.assertTrue(garbled[2].startswith(b"<html>"))

    def test_an_unknown_key_in_a_scenario_is_refused(self):
        for wrong in ({"fault": []}, {"faults": [{"do": {"explode": 1}}]},
                      {"settings": {"x": 1}}, {"rules": []}):
            with self.subTest(wrong=wrong), self.assertRaises(RuntimeError):
                self.server.scenario(**wrong)

    def test_notes_survive_a_restart_when_a_store_is_named(self):
        store = self.folder / "notes.json"
        self.server = self.start("-first", store=store)
        self.post(f"{MR}/notes", {"body": "kept"})
        self.server = self.start("-second", store=store)

        self.assertEqual(self.server.state()["notes"], 1)

    def test_the_log_has_every_request_and_no_token(self):
        self.post(f"{MR}/notes", {"body": "x"})
        entries = self.server.requests()

        self.assertEqual(entries[-1]["body"], {"body": "x"})
        self.assertEqual(entries[-1]["status"], 201)
        self.assertNotIn(self.token, json.dumps(entries))


if __name__ == "__main__":
    unittest.main()
