import base64
import hashlib
import re
import unittest

from approval_support import ApprovalTestCase
from page_support import Browser
from serve_support import sluice

ODD = "<script>alert(1)</script>\"'&amp;\u202egnp.exe"


class ApprovalPageTestCase(ApprovalTestCase):
    def open(self, item="a", starter=None, flow="release", **headers):
        self.run_id, self.approval = self.asked(starter, item, flow)
        self.assertTrue(self.approval["url"].startswith(self.public_url + "/approvals/"))
        path = self.approval["url"].removeprefix(self.public_url.rstrip("/"))
        return Browser(self, path, **headers)

    def state(self):
        return self.ask("GET", f"/api/approvals/{self.approval['id']}", self.key("read"))[2]["state"]


class Page(ApprovalPageTestCase):
    def test_the_link_alone_shows_nothing_and_decides_nothing(self):
        browser = self.open(item="secret-item")
        for method in ["GET", "HEAD"] * 3:
            status, _, text = self.ask(method, browser.path)
            self.assertEqual(status, 200)
            self.assertNotIn("secret-item", text)
        status, page = browser.get()
        self.assertIsNone(page.form("decide"))
        self.assertIsNotNone(page.form("sign-in"))
        status, page = browser.send("POST", {"act": "decide", "choice": "accept", "hash": self.approval["hash"]})
        self.assertEqual(status, 403)
        self.assertIn("Nothing was decided", page.text)
        token = browser.path.rsplit("/", 1)[1]
        wrong = [token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), token.rsplit(".", 1)[0],
                 "x", "", token + "/", "..%2f" + token]
        for other in wrong:
            self.assertEqual(self.ask("GET", f"/approvals/{other}")[0], 404, other)
            self.assertEqual(self.ask("POST", f"/approvals/{other}", None, "act=decide")[0], 404, other)
        self.assertEqual(self.ask("PUT", browser.path, None, "x")[0], 405)
        self.assertEqual(self.state(), "waiting")
        self.assertNotIn(token, (self.folder / "log").read_text())

    def test_every_answer_forbids_what_a_page_could_be_used_for(self):
        browser = self.open()
        for act in [browser.get, lambda: browser.sign_in("wrong"), lambda: browser.sign_in(self.named("release"))]:
            act()
            headers = browser.answer
            style = hashlib.sha256(re.search(
                "<style>(.*?)</style>", self.ask("GET", browser.path)[2], re.S)[1].encode()).digest()
            self.assertEqual(
                headers["Content-Security-Policy"],
                f"default-src 'none'; style-src 'sha256-{base64.b64encode(style).decode()}'; "
                "form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        self.assertIsNone(self.ask("GET", "/approvals/x")[1]["Set-Cookie"])
        self.assertIn("default-src 'none'", self.ask("GET", "/approvals/x")[1]["Content-Security-Policy"])

    def test_what_will_be_sent_is_shown_exactly_and_nothing_becomes_markup(self):
        browser = self.open(item=ODD)
        status, page = browser.sign_in(self.named("release"))
        self.assertEqual(status, 200)
        shown = ODD.replace("\u202e", "U+202E")
        self.assertIn(f"Remove {shown}?", page.text)
        self.assertIn(f"items/{shown}", page.text)
        self.assertIn("http/request", page.text)
        self.assertIn("DELETE", page.text)
        self.assertIn(self.approval["hash"], page.text)
        self.assertIn("key:release", page.text)
        self.assertEqual(page.form("decide")["choices"], ["accept", "reject"])

    def test_a_person_decides_once_and_whoever_comes_later_hears_who_did(self):
        browser, other = self.open(item="7"), None
        status, page = browser.sign_in(self.named("release"))
        other = Browser(self, browser.path)
        _, second = other.sign_in(self.named("lead"))
        for _ in range(3):
            self.assertEqual(browser.get()[0], 200)
        self.assertEqual(self.state(), "waiting")
        status, shown = browser.decide(page, "accept", comment="so be it <b>")
        self.assertEqual(status, 200)
        self.assertIn("Remove it", shown.text)
        self.assertIn("key:release decided this", shown.text)
        self.assertIn("so be it <b>", shown.text)
        self.assertIsNone(shown.form("decide"))
        for visitor, form, choice in [(browser, page, "accept"), (other, second, "reject")]:
            status, shown = visitor.decide(form, choice)
            self.assertEqual(status, 409)
            self.assertIn("key:release decided this", shown.text)
        self.assertEqual(self.wait_for(self.run_id, self.key("read"))["state"], "succeeded")
        self.assertEqual(self.service.seen, [("DELETE", "/items/7", "")])
        acts = [(row["act"], row["by"]) for row in self.ask("GET", "/api/audit", self.key())[2]["audit"]
                if row["act"].startswith("approval.")]
        self.assertEqual(acts[2:], [
            ("approval.decide", "key:release"), ("approval.sign-in", "key:lead"),
            ("approval.sign-in", "key:release")])

    def test_a_form_is_good_for_one_session_one_approval_and_what_was_shown(self):
        browser, release = self.open(), self.named("release")
        _, page = browser.sign_in(release)
        fields = page.form("decide")["fields"]
        first = self.approval
        another = self.open(item="b")
        _, foreign = another.sign_in(release)
        again = Browser(self, browser.path)
        again.sign_in(release)
        cases = [
            (browser, {"token": ""}, {}, 403), (browser, {"token": fields["token"][:-1] + "_"}, {}, 403),
            (browser, {"hash": "0" * 64}, {}, 403), (browser, foreign.form("decide")["fields"], {}, 403),
            (again, {}, {}, 403), (browser, {}, {"Sec-Fetch-Site": "cross-site"}, 403),
            (browser, {}, {"Sec-Fetch-Site": "same-site"}, 403),
            (browser, {}, {"Content-Type": "text/plain"}, 400),
            (browser, {"act": "other"}, {}, 400), (browser, {"choice": "perhaps"}, {}, 400),
            (browser, {"comment": "a" * 4001}, {}, 400), (browser, {"comment": "a" * 70000}, {}, 413),
        ]
        for visitor, more, headers, status in cases:
            with self.subTest(more=str(more)[:60], headers=headers):
                body = fields | {"choice": "accept", "comment": ""} | more
                if status == 413:
                    self.assertEqual(self.ask("POST", browser.path, None, str(body))[0], 413)
                else:
                    self.assertEqual(visitor.send("POST", body, **headers)[0], status)
        for body in ["act=decide&act=decide", "act=%", "act=decide&choice=%ff", b"\xff", ""]:
            self.assertEqual(browser.send("POST", body)[0], 400, body)
        self.approval = first
        self.assertEqual(self.state(), "waiting")
        self.assertEqual(browser.decide(page, "reject", **{})[0], 200)
        self.assertEqual(self.service.seen, [])

    def test_a_session_ends_with_its_key_and_cannot_be_made_up(self):
        browser, release = self.open(), self.named("release")
        _, page = browser.sign_in(release)
        self.assertRegex(
            browser.set_cookie,
            r"^sluice-approver=[\w.-]+; Max-Age=900; HttpOnly; SameSite=Strict; Path=/$")
        good = browser.cookie
        name, value = good.split("=", 1)
        key, end, nonce, mac = value.split(".")
        made_up = [f"{name}={key}.{int(end) + 1}.{nonce}.{mac}", f"{name}={key}.{end}.{nonce}.", f"{name}=",
                   f"{name}={key}.{end}.{nonce}x.{mac}", f"{good}; {good}", "a=b", f"{name}={'x' * 300}",
                   f"{name}=000000000000.{end}.{nonce}.{mac}", f"{name}=../host.{end}.{nonce}.{mac}"]
        for cookie in made_up:
            browser.cookie = cookie
            self.assertIsNotNone(browser.get()[1].form("sign-in"), cookie)
        browser.cookie = good
        self.assertIsNotNone(browser.get()[1].form("decide"))
        sluice("keys", "revoke", key, "--data", str(self.data))
        self.assertEqual(browser.decide(page, "accept")[0], 403)
        self.assertIsNotNone(browser.get()[1].form("sign-in"))
        self.assertEqual(self.state(), "waiting")

        browser.sign_in(self.named("release"))
        self.assertIsNotNone(browser.get()[1].form("decide"))
        browser.send("POST", {"act": "sign-out"})
        self.assertIsNone(browser.cookie)

    def test_only_keys_that_may_decide_sign_in_and_guessing_is_held_off(self):
        browser = self.open()
        for key in [self.key("read"), self.key("run"), self.key("workflow"), "chosen-by-a-person", "a b\r\nc", ""]:
            status, page = browser.sign_in(key)
            self.assertEqual(status, 403)
            self.assertIsNone(browser.cookie)
        only = self.key("approve", "--flow", "hasty", "--name", "release")
        self.assertEqual(browser.sign_in(only)[0], 404)
        browser.cookie = None
        statuses = [browser.sign_in("wrong")[0] for _ in range(25)]
        self.assertEqual((statuses[0], statuses[-1]), (403, 429))
        # Pasted with blanks around it, and although others guess from the same address.
        self.assertEqual(browser.sign_in(f" {self.named('release')}\n")[0], 200)

    def test_the_page_says_whom_it_is_for_and_who_may_not_approve(self):
        lead, stranger = self.named("lead"), self.named("stranger")
        browser = self.open(starter=self.named("lead", "run"))
        _, page = Browser(self, browser.path).sign_in(stranger)
        self.assertIsNone(page.form("decide"))
        self.assertIn("it is for key:release, key:lead", page.text)
        _, page = browser.sign_in(lead)
        self.assertEqual(page.form("decide")["choices"], ["reject"])
        status, page = browser.decide(page, "accept")
        self.assertEqual(status, 403)
        self.assertEqual(self.state(), "waiting")

    def test_a_link_is_good_for_as_long_as_its_approval(self):
        browser, release = self.open(flow="hasty"), self.named("release")
        self.wait_for(self.run_id, release)
        status, page = browser.get()
        self.assertEqual(status, 410)
        self.assertNotIn("Quick?", page.text)
        self.assertEqual(browser.sign_in(release)[0], 410)
        self.assertIsNone(browser.cookie)
        browser = self.open()
        self.ask("POST", f"/api/runs/{self.run_id}/cancel", self.key("run"))
        self.wait_for(self.run_id, release)
        status, page = browser.sign_in(release)
        self.assertIn("the run ended", page.text)
        self.assertIsNone(page.form("decide"))


class BehindProxy(ApprovalPageTestCase):
    public_url = "https://sluice.test/below/"

    def test_with_tls_outside_the_cookie_never_travels_without_it(self):
        run, approval = self.asked()
        url = approval["url"]
        self.assertTrue(url.startswith("https://sluice.test/below/approvals/"), url)
        # The proxy takes its prefix away, and says its own name.
        browser = Browser(self, url.removeprefix("https://sluice.test/below"), Host="sluice.test")
        status, page = browser.sign_in(self.named("release"))
        self.assertEqual(status, 200)
        self.assertRegex(browser.set_cookie, "^__Host-sluice-approver=.*; Path=/; Secure$")
        self.assertEqual(browser.decide(page, "accept")[0], 200)
        self.wait_for(run, self.key("read"))
        self.assertEqual(len(self.service.seen), 1)


if __name__ == "__main__":
    unittest.main()
