"""A browser as far as the page of an approval needs one, and stricter: it refuses what the page must not hold."""

import urllib.parse
from html.parser import HTMLParser

VOID = {"meta", "input", "link", "br", "hr", "img"}
ALLOWED = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "form", "input",
           "label", "textarea", "button", "code", "a", "dl", "dt", "dd", "pre", "section", "details", "summary",
           "table", "tr", "th", "td", "span", "strong", "b", "blockquote"}


class Page(HTMLParser):
    """The text and forms of a page; fails on elements that are not closed, scripts, handlers and resources."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.forms, self.words, self.title = [], [], [], ""
        assert text.startswith("<!doctype html>\n")
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, tag
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), attributes
        for name, value in attributes:
            assert not name.startswith("on") and name not in ("style", "src", "action", "formaction"), name
            assert name != "href" or ":" not in value and "//" not in value, value
        attributes = dict(attributes)
        if tag == "form":
            assert attributes["method"] == "post"
            self.forms.append({"fields": {}, "choices": [], "labels": []})
        if tag == "input" and attributes.get("type") == "hidden":
            self.forms[-1]["fields"][attributes["name"]] = attributes["value"]
        if tag == "button" and attributes.get("name") == "choice":
            self.forms[-1]["choices"].append(attributes["value"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "title":
            self.title += data
        elif self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return "".join(self.words)

    def form(self, act):
        return next((form for form in self.forms if form["fields"].get("act") == act), None)


class Browser:
    """Keeps one cookie, as a browser would, and follows one redirect."""

    def __init__(self, case, path, **headers):
        self.case, self.path, self.cookie, self.headers = case, path, None, headers

    def send(self, method, body=None, **headers):
        headers = self.headers | headers
        if self.cookie:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
            body = body if isinstance(body, (bytes, str)) else urllib.parse.urlencode(body)
        status, got, text = self.case.ask(method, self.path, None, body, headers)
        for value in got.get_all("Set-Cookie") or []:
            self.set_cookie = value
            pair = value.split(";")[0]
            self.cookie = None if pair.endswith("=") else pair
        if status == 303:
            self.case.assertEqual(got["Location"], self.path.rsplit("/", 1)[1])
            return self.send("GET")
        self.answer = got
        return status, Page(text)

    def get(self):
        return self.send("GET")

    def sign_in(self, key):
        return self.send("POST", {"act": "sign-in", "key": key})

    def decide(self, page, choice, **more):
        return self.send("POST", page.form("decide")["fields"] | {"choice": choice, "comment": ""} | more)
