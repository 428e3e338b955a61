import json
import unittest

from workflow_support import WorkflowTestCase


class Apps(WorkflowTestCase):
    def test_a_run_is_answered_in_blocking_mode(self):
        key = self.app("chain")
        status, _, body = self.run_flow(key, {"word": "hello"})
        self.assertEqual(status, 200, body)
        self.assertEqual(list(body), ["task_id", "workflow_run_id", "data"])
        data = body["data"]
        self.assertEqual(
            list(data),
            ["id", "workflow_id", "status", "outputs", "error", "elapsed_time", "total_tokens",
             "total_steps", "created_at", "finished_at"])
        self.assertEqual(data["outputs"], {"text": "HELLO!", "other": "APART", "size": 6})
        self.assertEqual((data["status"], data["error"], data["total_steps"]), ("succeeded", None, 6))
        self.assertEqual(data["id"], body["workflow_run_id"])
        self.assertGreaterEqual(data["finished_at"], data["created_at"])
        status, _, shown = self.ask("GET", f"/v1/workflows/run/{data['id']}", key)
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(shown["inputs"])["word"], "hello")
        self.assertEqual(json.loads(shown["inputs"])["sys.user_id"], "ada")
        self.assertEqual(shown["outputs"], data["outputs"])
        for name in ("id", "workflow_id", "status", "total_steps", "created_at", "finished_at"):
            self.assertEqual(shown[name], data[name])

    def test_a_failed_run_is_answered_with_200(self):
        status, _, body = self.run_flow(self.app("broken"))
        self.assertEqual((status, body["data"]["status"]), (200, "failed"))
        self.assertIn("not today", body["data"]["error"])
        self.assertEqual(body["data"]["outputs"], {})

    def test_a_failure_that_the_flow_outlives_is_a_partial_success(self):
        status, _, body = self.run_flow(self.app("stubborn"))
        self.assertEqual((status, body["data"]["status"]), (200, "partial-succeeded"))
        self.assertEqual(body["data"]["outputs"], {"word": "instead"})

    def test_the_form_of_the_inputs_is_told(self):
        key = self.app("form")
        status, _, told = self.ask("GET", "/v1/parameters?user=ada", key)
        self.assertEqual(status, 200)
        fields = {}
        for entry in told["user_input_form"]:
            (kind, field), = entry.items()
            fields[field["variable"]] = (kind, field)
        self.assertEqual(
            {name: kind for name, (kind, _) in fields.items()},
            {"title": "text-input", "body": "paragraph", "colour": "select", "count": "number",
             "ratio": "number", "loud": "checkbox", "extra": "json_object", "tags": "json_object",
             "report": "file", "pages": "file-list"})
        title, colour = fields["title"][1], fields["colour"][1]
        self.assertEqual((title["label"], title["required"], title["max_length"]), ("A title", True, 8))
        self.assertEqual((colour["options"], colour["default"]), (["red", "green"], "red"))
        self.assertEqual(told["system_parameters"]["file_size_limit"], 1)
        _, _, info = self.ask("GET", "/v1/info", key)
        self.assertEqual(
            info, {"name": "form", "description": "Gives back what it was given.", "tags": [],
                   "mode": "workflow", "author_name": ""})
        self.assertEqual(self.ask("GET", "/v1/meta", key)[2], {"tool_icons": {}})
        self.assertEqual(self.ask("GET", "/v1/site", key)[2]["title"], "form")
        for path in ("/v1", "/v1/"):
            self.assertEqual(self.ask("GET", path)[2]["welcome"], "Dify OpenAPI")

    def test_inputs_are_coerced_and_the_unknown_are_dropped(self):
        given = {"title": "t", "count": " 12 ", "ratio": "1.5", "loud": "yes", "extra": '{"a": 1}',
                 "tags": [1], "unknown": 1, "body": None}
        _, _, body = self.run_flow(self.app("form"), given)
        self.assertEqual(
            body["data"]["outputs"]["seen"],
            {"title": "t", "body": None, "colour": "red", "count": 12, "ratio": 1.5, "loud": True,
             "extra": {"a": 1}, "tags": [1], "report": None, "pages": None})

    def test_inputs_that_do_not_fit_are_refused_in_dify_s_words(self):
        key = self.app("form")
        cases = [
            ({}, "title is required in input form"),
            ({"title": 5}, "(type 'text-input') title in input form must be a string"),
            ({"title": "123456789"}, "title in input form must be less than 8 characters"),
            ({"title": "t", "body": []}, "(type 'paragraph') body in input form must be a string"),
            ({"title": "t", "colour": "blue"},
             "colour in input form must be one of the following: ['red', 'green']"),
            ({"title": "t", "count": "many"}, "count in input form must be a valid number"),
            ({"title": "t", "extra": "x"}, "extra in input form must be a dict"),
            ({"title": "t", "report": "x"}, "report in input form must be a file"),
            ({"title": "t", "pages": {}}, "pages in input form must be a list of files"),
            ({"title": "t", "pages": [{}, {}, {}]}, "pages in input form must be less than 2 files"),
        ]
        for inputs, message in cases:
            with self.subTest(inputs=inputs):
                status, _, body = self.run_flow(key, inputs)
                self.assertEqual((status, body), (400, {"code": "invalid_param", "message": message, "status": 400}))
        # What only this host's types refuse has its own words.
        self.assertEqual(self.run_flow(key, {"title": "t", "count": 1.5})[2]["code"], "invalid_param")

    def test_bad_requests_have_dify_s_envelope(self):
        key = self.app("chain")
        good = {"inputs": {"word": "x"}, "user": "ada"}
        cases = [
            ("POST", "/v1/workflows/run", {"inputs": {"word": "x"}}, 400, "invalid_param", "Arg user must be provided."),
            ("POST", "/v1/workflows/run", {"user": "ada"}, 400, "invalid_param", None),
            ("POST", "/v1/workflows/run", {"inputs": [], "user": "ada"}, 400, "invalid_param", None),
            ("POST", "/v1/workflows/run", good | {"response_mode": "odd"}, 400, "invalid_param", None),
            ("POST", "/v1/workflows/run", good | {"files": 1}, 400, "invalid_param", None),
            ("POST", "/v1/workflows/run", b"{", 400, "invalid_param", None),
            ("POST", "/v1/workflows/draft/run", good, 400, "bad_request", None),
            ("POST", "/v1/workflows/none/run", good, 404, "not_found", "Workflow not found with id: none"),
            ("GET", "/v1/workflows/run/none", None, 404, "not_found", "Workflow run not found."),
            ("GET", "/v1/workflow/none/events", None, 400, "invalid_param", "Arg user must be provided."),
            ("GET", "/v1/workflow/none/events?user=ada", None, 404, "not_found", None),
            ("GET", "/v1/workflows/logs?page=0", None, 400, "invalid_param", None),
            ("GET", "/v1/workflows/logs?limit=101", None, 400, "invalid_param", None),
            ("GET", "/v1/workflows/logs?status=odd", None, 400, "invalid_param", None),
            ("GET", "/v1/workflows/logs?created_at__after=x", None, 400, "invalid_param", None),
            ("GET", "/v1/form/human_input/none", None, 404, "not_found", None),
            ("GET", "/v1/conversations", None, 404, "not_found", None),
            ("DELETE", "/v1/workflows/run", None, 405, "method_not_allowed", None),
            ("POST", "/v1/chat-messages", {}, 400, "not_chat_app", None),
            ("POST", "/v1/completion-messages", {}, 400, "not_completion_app", None),
        ]
        for method, path, body, status, code, message in cases:
            with self.subTest(method=method, path=path, body=str(body)[:50]):
                got, _, answer = self.ask(method, path, key, body)
                self.assertEqual((got, answer["code"], answer["status"]), (status, code, status), answer)
                self.assertEqual(list(answer), ["code", "message", "status"])
                if message:
                    self.assertEqual(answer["message"], message)
                self.assertNotIn(str(self.folder), json.dumps(answer))

    def test_a_version_is_run_by_its_name_or_number(self):
        key = self.app("chain")
        _, _, first = self.run_flow(key, {"word": "x"})
        body = {"inputs": {"word": "y"}, "user": "ada"}
        for version in ("chain", first["data"]["workflow_id"]):
            status, _, answer = self.ask("POST", f"/v1/workflows/{version}/run", key, body)
            self.assertEqual((status, answer["data"]["outputs"]["text"]), (200, "Y!"))

    def test_a_blocking_request_that_takes_too_long_says_where_to_look(self):
        key = self.app("patient")
        status, headers, body = self.run_flow(key)
        self.assertEqual((status, body["data"]["status"], body["data"]["finished_at"]), (200, "running", None))
        self.assertEqual(headers["Location"], f"/v1/workflows/run/{body['workflow_run_id']}")
        self.assertEqual(self.ask("GET", headers["Location"], key)[2]["status"], "running")

    def test_an_asynchronous_request_is_answered_before_its_run_has_ended(self):
        key = self.app("slow")
        status, headers, body = self.run_flow(key, {"seconds": 1}, mode="async")
        self.assertEqual((status, body["data"]["status"]), (202, "running"))
        events = self.resume(key, body["task_id"])
        self.assertEqual(events[-1]["data"]["outputs"], {"slept": 1})
        self.assertEqual(self.ask("GET", headers["Location"], key)[2]["status"], "succeeded")


class KeysOfApps(WorkflowTestCase):
    environment = {"API_KEY": "chosen-by-a-person"}

    def test_a_key_is_refused_in_dify_s_words(self):
        cases = [
            (None, "Authorization header must be provided and start with 'Bearer'"),
            ("Bearer", "Authorization header must be provided and start with 'Bearer'"),
            ("Basic abc", "Authorization scheme must be 'Bearer'"),
            ("Bearer app-unknown", "Access token is invalid"),
        ]
        for header, message in cases:
            with self.subTest(header=header):
                status, headers, body = self.ask(
                    "GET", "/v1/parameters", headers={"Authorization": header} if header else {})
                self.assertEqual(
                    (status, body), (401, {"code": "unauthorized", "message": message, "status": 401}))
                self.assertEqual(headers["WWW-Authenticate"], 'Bearer realm="api"')

    def test_a_key_must_be_of_this_scope_and_for_one_flow(self):
        for key in (self.key("run"), self.key("sandbox"), "chosen-by-a-person", self.key("workflow"),
                    self.key("admin")):
            status, _, body = self.ask("GET", "/v1/parameters", key)
            self.assertEqual((status, body["code"]), (403, "forbidden"))
            self.assertIn("--flow NAME", body["message"])
        status, _, body = self.ask("GET", "/v1/parameters", self.app("gone"))
        self.assertEqual((status, body["code"]), (403, "forbidden"))

    def test_an_app_sees_nothing_of_another(self):
        chain, form, native = self.app("chain"), self.app("form"), self.key("run")
        _, _, body = self.run_flow(chain, {"word": "x"})
        run = body["workflow_run_id"]
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{run}", form)[0], 404)
        self.assertEqual(self.ask("GET", f"/v1/workflow/{run}/events?user=ada", form)[0], 404)
        self.assertEqual(self.ask("GET", f"/v1/workflow/{run}/events?user=eve", chain)[0], 404)
        self.assertEqual(self.ask("GET", "/v1/workflows/logs", form)[2]["total"], 0)
        # A run that no client of this API asked for is none of its business.
        other = self.start_run("chain", native, word="x")
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{other}", chain)[0], 404)
        self.assertEqual(self.ask("GET", f"/api/runs/{run}", chain)[0], 403)


class Logs(WorkflowTestCase):
    def test_runs_are_listed_in_pages_and_filtered(self):
        key, broken = self.app("chain"), self.app("broken")
        runs = [self.run_flow(key, {"word": f"w{n}"}, user=user)[2]["workflow_run_id"]
                for n, user in enumerate(["ada", "ada", "bob"])]
        _, _, page = self.ask("GET", "/v1/workflows/logs?limit=2", key)
        self.assertEqual((page["page"], page["limit"], page["total"], page["has_more"]), (1, 2, 3, True))
        self.assertEqual([entry["id"] for entry in page["data"]], runs[::-1][:2])
        first = page["data"][0]
        self.assertEqual(first["created_by_end_user"]["session_id"], "bob")
        self.assertEqual((first["workflow_run"]["status"], first["workflow_run"]["total_steps"]), ("succeeded", 6))
        queries = {"page=2&limit=2": runs[:1], "keyword=w1": [runs[1]], "keyword=" + runs[0]: [runs[0]],
                   "status=failed": [], "created_by_end_user_session_id=ada": [runs[1], runs[0]],
                   "created_at__after=2001-01-01T00:00:00Z": runs[::-1],
                   "created_at__after=2001-01-01T00:00": runs[::-1],
                   "created_at__after=2001-01-01T00:00:00+09:00": runs[::-1],
                   "created_at__before=2001-01-01": [], "created_by_account=x": []}
        for query, expected in queries.items():
            with self.subTest(query=query):
                _, _, page = self.ask("GET", f"/v1/workflows/logs?{query}", key)
                self.assertEqual([entry["id"] for entry in page["data"]], expected)
        self.run_flow(broken)
        _, _, failed = self.ask("GET", "/v1/workflows/logs?status=failed", broken)
        self.assertIn("not today", failed["data"][0]["workflow_run"]["error"])


if __name__ == "__main__":
    unittest.main()
