import unittest

from serve_support import ServeTestCase, sluice


class Keys(ServeTestCase):
    def test_a_key_is_made_once_shown_and_revoked(self):
        admin = self.key()
        status, _, made = self.ask("POST", "/api/keys", admin, {"scope": "run", "flow": "double"})
        self.assertEqual(status, 201)
        key = made.pop("key")
        self.assertEqual(self.ask("GET", "/api/flows", key)[2]["flows"][0]["flow"], "double")
        self.assertIn(made, self.ask("GET", "/api/keys", admin)[2]["keys"])
        self.assertNotIn(key.split("_", 2)[2], str(self.ask("GET", "/api/keys", admin)[2]))
        status, _, ended = self.ask("DELETE", f"/api/keys/{made['id']}", admin)
        self.assertEqual(status, 200)
        self.assertIsNotNone(ended["revoked_at"])
        self.assertEqual(self.ask("GET", "/api/flows", key)[0], 401)
        self.assertEqual(self.ask("DELETE", f"/api/keys/{made['id']}", admin)[2], ended)
        acts = [row for row in self.ask("GET", "/api/audit", admin)[2]["audit"] if row["by"] != "command-line"]
        self.assertEqual([row["act"] for row in acts], ["key.revoke", "key.create"])
        self.assertTrue(all(row["peer"] and row["request"] for row in acts))

    def test_no_key_makes_one_that_may_more(self):
        for scope in ["run", "read", "approve", "sandbox", "workflow"]:
            self.assertEqual(self.ask("POST", "/api/keys", self.key(scope), {"scope": scope})[0], 403)
        admin = self.key()
        for body in [{}, {"scope": "god"}, {"scope": "admin", "flow": "double"}, {"scope": "run", "flow": ""},
                     {"scope": "run", "flows": "double"}]:
            self.assertEqual(self.ask("POST", "/api/keys", admin, body)[0], 400, body)
        self.assertEqual(self.ask("DELETE", "/api/keys/000000000000", admin)[0], 404)
        self.assertEqual(self.ask("DELETE", "/api/keys/..%2Fhost.key", admin)[0], 404)


class Profiles(ServeTestCase):
    def test_profiles_are_explained_in_the_words_of_the_command(self):
        key = self.key("read")
        _, _, listed = self.ask("GET", "/api/profiles", key)
        self.assertIn("pure", [profile["profile"] for profile in listed["profiles"]])
        _, _, pure = self.ask("GET", "/api/profiles/pure", key)
        self.assertEqual(pure["explanation"], sluice("explain", "pure"))
        self.assertEqual((pure["network"], sorted(pure["languages"])), ("none", ["javascript", "python"]))
        self.assertEqual(self.ask("GET", "/api/profiles/none", key)[0], 404)


class Access(ServeTestCase):
    def test_every_route_of_the_contract_but_health_and_hooks_needs_a_key(self):
        from test_contract import CONTRACT
        path, asked = None, 0
        for line in CONTRACT.read_text().split("\ncomponents:")[0].splitlines():
            if line.startswith("  /"):
                path = line.strip().rstrip(":")
            elif line in ["    get:", "    post:", "    delete:", "    put:"] and path not in ["/health", "/hooks/{flow}"]:
                method = line.strip().rstrip(":").upper()
                status, headers, answer = self.ask(method, path.replace("{", "").replace("}", ""))
                self.assertEqual((status, answer["error"]["code"]), (401, "unauthorized"), f"{method} {path}")
                self.assertEqual(headers["WWW-Authenticate"], "Bearer")
                asked += 1
        self.assertGreater(asked, 15)


if __name__ == "__main__":
    unittest.main()
