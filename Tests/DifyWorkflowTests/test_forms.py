import unittest

from workflow_support import WorkflowTestCase


class Forms(WorkflowTestCase):
    def paused(self, key):
        """The form of a run that waits, and the run."""
        events = self.stream(key)
        self.check_envelope(events)
        self.assertEqual(events[-1]["event"], "workflow_paused")
        required, = [event["data"] for event in events if event["event"] == "human_input_required"]
        return required, events[-1]["workflow_run_id"], events

    def answer(self, key, token, **body):
        return self.ask("POST", f"/v1/form/human_input/{token}", key, {"user": "ada", "inputs": {}} | body)

    def test_a_run_pauses_for_a_form_and_goes_on(self):
        key = self.app("asks", "--name", "front")
        required, run, events = self.paused(key)
        self.assertEqual(
            list(required),
            ["form_id", "node_id", "node_title", "form_content", "inputs", "actions", "display_in_ui",
             "form_token", "resolved_default_values", "expiration_time"])
        paused = events[-1]["data"]
        self.assertEqual((paused["status"], paused["paused_nodes"]), ("paused", ["question"]))
        reason, = paused["reasons"]
        self.assertEqual((reason["TYPE"], reason["form_token"]), ("human_input_required", required["form_token"]))
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{run}", key)[2]["status"], "paused")

        path = f"/v1/form/human_input/{required['form_token']}"
        status, _, form = self.ask("GET", path, key)
        self.assertEqual(status, 200)
        self.assertEqual(
            list(form),
            ["form_content", "inputs", "resolved_default_values", "user_actions", "expiration_time"])
        self.assertEqual(form["form_content"], "Is it good?")
        self.assertEqual(
            [(action["id"], action["title"]) for action in form["user_actions"]],
            [("accept", "Accept it"), ("reject", "Reject it")])

        status, _, body = self.answer(key, required["form_token"], action="maybe")
        self.assertEqual((status, body["code"]), (400, "invalid_form_data"))
        _, stream = self.open_stream("GET", f"/v1/workflow/{run}/events?user=ada", key)
        status, _, body = self.answer(key, required["form_token"], action="accept", inputs={"comment": "fine"})
        self.assertEqual((status, body), (200, {}))
        events = [frame for frame in self.frames(stream) if frame != "ping"]
        filled, = [event["data"] for event in events if event["event"] == "human_input_form_filled"]
        self.assertEqual(
            (filled["node_id"], filled["action_id"], filled["action_text"], filled["submitted_data"]),
            ("question", "accept", "Accept it", {"comment": "fine"}))
        self.assertEqual(events[-1]["data"]["outputs"], {"answer": "accept: fine"})
        for method, body in (("GET", None), ("POST", {"user": "ada", "action": "accept", "inputs": {}})):
            status, _, refusal = self.ask(method, path, key, body)
            self.assertEqual((status, refusal["code"]), (412, "human_input_form_submitted"))

    def test_a_paused_run_is_answered_in_blocking_mode_too(self):
        key = self.app("asks", "--name", "front")
        status, _, body = self.run_flow(key)
        self.assertEqual((status, body["data"]["status"]), (200, "paused"))
        reason, = body["data"]["reasons"]
        self.assertEqual(self.answer(key, reason["form_token"], action="reject")[0], 200)
        self.assertEqual(self.resume(key, body["task_id"])[-1]["data"]["outputs"], {"answer": "reject: "})

    def test_a_whole_story_is_told_again_with_its_pause(self):
        key = self.app("asks", "--name", "front")
        required, run, _ = self.paused(key)
        _, stream = self.open_stream(
            "GET", f"/v1/workflow/{run}/events?user=ada&include_state_snapshot=true&continue_on_pause=true", key)
        self.assertEqual(self.answer(key, required["form_token"], action="accept")[0], 200)
        events = [frame for frame in self.frames(stream) if frame != "ping"]
        self.check_order(events)
        names = [event["event"] for event in events]
        self.assertLess(names.index("human_input_required"), names.index("human_input_form_filled"))
        self.assertEqual(names[-1], "workflow_finished")

    def test_a_question_inside_a_sub_flow_is_asked_too(self):
        key = self.app("asks-inside", "--name", "front")
        required, run, events = self.paused(key)
        self.assertEqual((required["node_id"], required["node_title"]), ("inner/question", "question"))
        started = [event["data"]["node_id"] for event in events if event["event"] == "node_started"]
        self.assertEqual(started, ["start", "inner"])
        self.assertEqual(self.answer(key, required["form_token"], action="accept")[0], 200)
        events = self.resume(key, run, include_state_snapshot="true")
        self.assertEqual(events[-1]["data"]["outputs"], {"answer": "accept: "})

    def test_a_form_expires(self):
        key = self.app("hasty", "--name", "front")
        required, run, _ = self.paused(key)
        events = self.resume(key, run, continue_on_pause="true", include_state_snapshot="true")
        self.assertEqual(events[-1]["event"], "workflow_finished")
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{run}", key)[2]["outputs"], {"choice": "expired"})
        status, _, body = self.answer(key, required["form_token"], action="yes")
        self.assertEqual((status, body["code"]), (412, "human_input_form_expired"))

    def test_a_form_is_for_whoever_the_flow_names(self):
        key = self.app("asks-somebody", "--name", "front")
        required, run, _ = self.paused(key)
        status, _, body = self.answer(key, required["form_token"], action="accept")
        self.assertEqual((status, body["code"]), (403, "forbidden"))
        self.assertIn("key:release", body["message"])
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{run}", key)[2]["status"], "paused")

    def test_a_token_is_of_one_form_and_one_app(self):
        key = self.app("asks", "--name", "front")
        required, _, _ = self.paused(key)
        token = required["form_token"]
        for wrong in (token[:-1], token + "A", ("B" if token[0] == "A" else "A") + token[1:], "A" * 5000):
            self.assertEqual(self.ask("GET", f"/v1/form/human_input/{wrong}", key)[0], 404)
        self.assertEqual(self.ask("GET", f"/v1/form/human_input/{token}", self.app("chain"))[0], 404)
        self.stop()
        self.start()
        self.assertEqual(self.answer(key, token, action="accept")[0], 200)


if __name__ == "__main__":
    unittest.main()
