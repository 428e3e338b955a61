"""The model stand-in refuses what such servers refuse, and its default reviewer reads the hunk."""

import json
import tempfile
import unittest

from standin_support import StandIn

from standins.llm_schema import check_strict_schema
from standins.reviewer import digest

COMMENT = {
    "type": "object", "additionalProperties": False,
    "required": ["first_line", "last_line", "rule", "severity", "comment"],
    "properties": {
        "first_line": {"type": "string"}, "last_line": {"type": "string"},
        "rule": {"type": "string"}, "comment": {"type": "string"},
        "severity": {"type": "string", "enum": ["minor", "major", "critical"]}},
}
SCHEMA = {"type": "object", "additionalProperties": False, "required": ["comments"],
          "properties": {"comments": {"type": "array", "items": COMMENT}}}
HUNK = """@@ -10,4 +10,5 @@ def close(self):
o10  n10  |      try:
     n11  | +        self.connection.close()
o11       | -    if self.connection is None:
o12       | -        return
     n12  | +    except:
     n13  | +        pass
o13  n14  |      print("done")
"""


def message(text="Return JSON.", role="user"):
    return {"role": role, "content": text}


def schema_format(schema=None, **more):
    inner = {"name": "review", "strict": True, "schema": SCHEMA if schema is None else schema}
    return {"type": "json_schema", "json_schema": {**inner, **more}}


class ModelTestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = StandIn("llm", {"api_key": "key", "models": ["m"]}, folder.name)
        self.addCleanup(self.server.stop)

    def chat(self, messages=None, headers=None, **more):
        body = {"model": "m", "messages": [message()] if messages is None else messages, **more}
        return self.server.send("POST", "/v1/chat/completions", body,
                                headers or {"Authorization": "Bearer key"})

    def content(self, reply):
        self.assertEqual(reply[0], 200, reply[2])
        return reply[2]["choices"][0]["message"]["content"]


class Refusals(ModelTestCase):
    def test_malformed_requests_are_refused(self):
        call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        asked = {"role": "assistant", "content": None, "tool_calls": [call]}
        answered = {"role": "tool", "tool_call_id": "c1", "content": "1"}
        tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
        loose = {**SCHEMA, "additionalProperties": True}
        for more, status in (
            ({}, 200),
            ({"messages": []}, 400),
            ({"model": "other"}, 404),
            ({"prompt": "x"}, 400),
            ({"temperature": 3}, 400),
            ({"max_tokens": "many"}, 400),
            ({"max_tokens": 5, "max_completion_tokens": 5}, 400),
            ({"stream": True}, 400),
            ({"tools": []}, 400),
            ({"tool_choice": "auto"}, 400),
            ({"tools": [tool]}, 200),
            ({"tools": [tool, tool]}, 400),
            ({"tools": [{**tool, "name": "f"}]}, 400),
            ({"messages": [message(role="robot")]}, 400),
            ({"messages": [{**message(), "id": "1"}]}, 400),
            ({"messages": [message(text=None)]}, 400),
            ({"messages": [message(), asked]}, 400),
            ({"messages": [message(), asked, message()]}, 400),
            ({"messages": [message(), answered]}, 400),
            ({"messages": [message(), asked, answered]}, 200),
            ({"messages": [message(), asked, answered, answered]}, 400),
            ({"response_format": {"type": "json_object"}}, 200),
            ({"response_format": {"type": "json_object"}, "messages": [message("hello")]}, 400),
            ({"response_format": {"type": "json"}}, 400),
            ({"response_format": schema_format()}, 200),
            ({"response_format": schema_format(loose)}, 400),
            ({"response_format": schema_format(name="a b")}, 400),
        ):
            with self.subTest(more=more):
                body = {"messages": [message()], **more}
                self.assertEqual(self.chat(**body)[0], status)

    def test_wrong_key_route_method_and_content_type_are_refused(self):
        wrong = self.chat(headers={"Authorization": "Bearer no"})
        self.assertEqual((wrong[0], wrong[2]["error"]["code"]), (401, "invalid_api_key"))
        key = {"Authorization": "Bearer key"}
        self.assertEqual(self.server.send("GET", "/v1/chat/completions", None, key)[0], 405)
        self.assertEqual(self.server.send("GET", "/v1/files", None, key)[0], 404)
        self.assertEqual(self.server.send("GET", "/models", None, key)[0], 404)
        self.assertEqual(self.server.send("GET", "/v1/models/m", None, key)[0], 200)
        self.assertEqual(self.server.send("GET", "/v1/models/x", None, key)[0], 404)
        self.assertEqual(self.server.send(
            "POST", "/v1/chat/completions", {}, {**key, "Content-Type": "text/plain"})[0], 415)

    def test_strict_schemas_are_held_to_their_rules(self):
        self.assertIsNone(check_strict_schema(SCHEMA))
        one = {"type": "object", "additionalProperties": False}
        for wrong in (
            None, {"type": "array", "items": {}},
            {**one, "properties": {"a": {"type": "string"}}},
            {**one, "properties": {"a": {}}, "required": ["a"]},
            {**one, "properties": {"a": {"type": "array"}}, "required": ["a"]},
            {**one, "properties": {"a": {"type": "string", "minLength": 1}}, "required": ["a"]},
            {**one, "properties": {"a": {"type": "object"}}, "required": ["a"]},
            {**one, "properties": {}, "required": ["b"]},
        ):
            with self.subTest(wrong=wrong):
                self.assertIsNotNone(check_strict_schema(wrong))

    def test_settings_make_it_refuse_what_other_servers_refuse(self):
        self.server.scenario(settings={"json_schema": False})
        self.assertEqual(self.chat(response_format=schema_format())[0], 400)
        self.server.scenario(settings={"reasoning_model": True})
        self.assertEqual(self.chat(max_tokens=5)[2]["error"]["code"], "unsupported_parameter")
        self.assertEqual(self.chat(temperature=0)[0], 400)
        self.server.scenario(settings={"context_tokens": 10})
        long = self.chat([message("x" * 100)])
        self.assertEqual((long[0], long[2]["error"]["code"]), (400, "context_length_exceeded"))
        self.server.scenario(settings={"vendor": "ollama"})
        self.assertIn("available context size", self.chat([message("x" * 100)])[2]["error"])

    def test_a_changed_tool_call_is_noticed(self):
        self.server.scenario(rules=[{"replies": [
            {"tool_calls": [{"name": "f", "arguments": {"q": 1}}]}, {"content": "done"}]}])
        asked = self.chat()[2]["choices"][0]["message"]
        call = asked["tool_calls"][0]
        tool = {"role": "tool", "tool_call_id": call["id"], "content": "1"}
        changed = {**asked, "tool_calls": [
            {**call, "function": {"name": "f", "arguments": '{"q": 2}'}}]}

        self.assertEqual(self.chat([message(), changed, tool])[0], 400)
        self.assertEqual(self.content(self.chat([message(), asked, tool])), "done")


class Replies(ModelTestCase):
    def test_rules_answer_in_order_and_unknown_requests_can_be_refused(self):
        self.server.scenario(settings={"otherwise": "refuse"}, rules=[
            {"when": {"contains": "first"}, "once": True, "replies": [
                {"value": {"a": 1}}, {"error": {"message": "busy"}, "status": 503}]},
            {"when": {"schema": "review"}, "replies": [{"content": "by schema"}]}])
        replies = [self.chat([message("first json")]) for _ in range(3)]

        self.assertEqual(json.loads(self.content(replies[0])), {"a": 1})
        self.assertEqual([reply[0] for reply in replies], [200, 503, 500])
        self.assertEqual(self.content(self.chat(response_format=schema_format())), "by schema")

    def test_every_style_is_what_it_says(self):
        value = {"value": {"comments": []}}
        for style, check in (
            ("plain", lambda text: text == '{"comments": []}'),
            ("fenced", lambda text: "```json\n{" in text),
            ("think", lambda text: text.startswith("<think>")),
            ("channel", lambda text: "<|channel|>final" in text),
            ("prose", lambda text: text.startswith("Sure")),
            ("trailing-comma", lambda text: text.endswith(",}")),
            ("bom", lambda text: text.startswith("\ufeff")),
            ("null", lambda text: text is None),
            ("length", lambda text: text == '{"commen'),
        ):
            with self.subTest(style=style):
                self.server.scenario(rules=[{"replies": [{**value, "style": style}]}])
                self.assertTrue(check(self.content(self.chat())))

    def test_reasoning_fields_refusals_empty_choices_and_errors_inside_200(self):
        self.server.scenario(rules=[{"replies": [
            {"content": "x", "style": "reasoning_content"}, {"refusal": "no"}, {"choices": []},
            {"error": {"message": "no slot"}, "status": 200}]}])
        first, refused, empty, error = (self.chat() for _ in range(4))

        self.assertIn("reasoning_content", first[2]["choices"][0]["message"])
        self.assertEqual(refused[2]["choices"][0]["message"]["refusal"], "no")
        self.assertEqual(empty[2]["choices"], [])
        self.assertEqual((error[0], error[2]), (200, {"error": {"message": "no slot"}}))


class Reviewer(ModelTestCase):
    def review(self, text):
        reply = self.chat([message(text)], response_format=schema_format())
        return json.loads(self.content(reply))["comments"]

    def test_it_names_lines_of_the_hunk_it_was_shown(self):
        found = {one["rule"]: one for one in self.review(HUNK)}

        self.assertEqual(set(found), {"bare-except", "swallowed-error", "removed-check"})
        self.assertEqual(found["bare-except"]["last_line"], "n12")
        self.assertEqual((found["swallowed-error"]["first_line"],
                          found["swallowed-error"]["last_line"]), ("n12", "n13"))
        self.assertEqual(found["removed-check"]["last_line"], "o11")

    def test_it_reads_a_plain_hunk_too(self):
        found = self.review("@@ -1,2 +4,3 @@\n a\n-b\n+c = None == d  # TODO\n+x == None\n")

        self.assertEqual([(one["rule"], one["last_line"]) for one in found],
                         [("left-over-note", "n5"), ("compare-with-none", "n6")])

    def test_it_quotes_lines_when_places_are_to_be_checked(self):
        self.server.scenario(settings={"otherwise": "quote"})
        found = self.review(HUNK)

        self.assertEqual([one["last_line"] for one in found], ["n10", "o11", "n12", "n14"])
        self.assertEqual(found[1]["comment"], digest("    if self.connection is None:"))

    def test_a_clean_hunk_has_no_comments(self):
        self.assertEqual(self.review("@@ -1 +1 @@\n-a = 1\n+a = 2\n"), [])
        self.assertEqual(self.content(self.chat([message("@@ -1 +1 @@\n-a\n+b\n")])),
                         "Nothing to remark.")


if __name__ == "__main__":
    unittest.main()
