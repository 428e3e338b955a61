import json
import socket
import threading
import unittest

from workflow_support import WorkflowTestCase

STARTED = ["id", "node_id", "node_type", "title", "index", "predecessor_node_id", "inputs",
           "inputs_truncated", "created_at", "extras", "iteration_id", "loop_id", "agent_strategy"]
FINISHED = ["id", "node_id", "node_type", "title", "index", "predecessor_node_id", "inputs",
            "inputs_truncated", "process_data", "process_data_truncated", "outputs",
            "outputs_truncated", "status", "error", "elapsed_time", "execution_metadata",
            "created_at", "finished_at", "files", "iteration_id", "loop_id"]


class Streams(WorkflowTestCase):
    def named(self, events, name, node=None):
        return [e["data"] for e in events if e["event"] == name
                and (node is None or e["data"]["node_id"] == node)]

    def test_a_run_is_told_node_by_node(self):
        events = self.stream(self.app("chain"), {"word": "hello"})
        run = self.check_order(events)
        first = events[0]["data"]
        self.assertEqual(list(first), ["id", "workflow_id", "inputs", "created_at", "reason"])
        self.assertEqual((first["id"], first["reason"], first["inputs"]["word"]), (run, "initial", "hello"))
        self.assertEqual(first["inputs"]["sys.workflow_run_id"], run)
        started, finished = self.named(events, "node_started"), self.named(events, "node_finished")
        for data in started:
            self.assertEqual(list(data), STARTED)
        for data in finished:
            self.assertEqual(list(data), FINISHED)
        self.assertEqual(started[0]["node_type"], "start")
        self.assertEqual(started[-1]["node_type"], "end")
        self.assertEqual(
            {data["node_id"]: data["node_type"] for data in started},
            {"start": "start", "first": "code", "second": "template-transform", "other": "code",
             "last": "code", "end": "end"})
        before = {data["node_id"]: data["predecessor_node_id"] for data in started}
        self.assertEqual((before["first"], before["second"], before["last"]), ("start", "first", "second"))
        # A node starts after the one before it has finished.
        order = [(e["event"], e["data"]["node_id"]) for e in events if e["event"].startswith("node_")]
        for node, needed in (("first", "start"), ("second", "first"), ("last", "second"), ("end", "last")):
            self.assertLess(order.index(("node_finished", needed)), order.index(("node_started", node)))
        last, = self.named(events, "node_finished", "last")
        self.assertEqual((last["inputs"], last["outputs"]), ({"word": "HELLO!"}, {"word": "HELLO!"}))
        second, = self.named(events, "node_finished", "second")
        self.assertEqual(second["outputs"], {"output": "HELLO!"})
        end = events[-1]["data"]
        self.assertEqual(
            list(end),
            ["id", "workflow_id", "status", "outputs", "error", "elapsed_time", "total_tokens",
             "total_steps", "created_at", "finished_at", "created_by", "exceptions_count", "files"])
        self.assertEqual((end["total_steps"], len(started)), (6, 6))
        self.assertEqual(end["created_by"], {"id": "ada", "user": "ada"})

    def test_texts_among_the_outputs_come_as_chunks(self):
        events = self.stream(self.app("chain"), {"word": "hello"})
        chunks = self.named(events, "text_chunk")
        self.assertEqual("".join(chunk["text"] for chunk in chunks), "HELLO!\nAPART")
        self.assertEqual(chunks[0]["from_variable_selector"], ["last", "word"])
        names = [event["event"] for event in events]
        self.assertLess(names.index("text_chunk"), names.index("workflow_finished"))

    def test_items_are_an_iteration(self):
        events = self.stream(self.app("each"))
        self.check_order(events)
        started, = self.named(events, "iteration_started")
        self.assertEqual((started["node_id"], started["node_type"], started["metadata"]),
                         ("parts", "iteration", {"iteration_length": 3}))
        self.assertEqual(sorted(data["index"] for data in self.named(events, "iteration_next")), [0, 1, 2])
        items = self.named(events, "node_finished", "parts.item")
        self.assertEqual({item["iteration_id"] for item in items}, {"parts"})
        self.assertEqual(
            {item["execution_metadata"]["iteration_index"]: item["status"] for item in items},
            {0: "succeeded", 1: "exception", 2: "succeeded"})
        completed, = self.named(events, "iteration_completed")
        self.assertEqual((completed["outputs"], completed["status"], completed["steps"]),
                         ({"output": [10, 5]}, "succeeded", 3))
        end = events[-1]["data"]
        self.assertEqual((end["status"], end["exceptions_count"]), ("partial-succeeded", 1))
        self.assertNotIn("parts", [data["node_id"] for data in self.named(events, "node_started")])

    def test_tries_are_told_before_the_end_of_their_node(self):
        events = self.stream(self.app("stubborn"))
        self.check_order(events)
        retries = self.named(events, "node_retry")
        self.assertEqual([retry["retry_index"] for retry in retries], [1, 2])
        self.assertEqual({retry["status"] for retry in retries}, {"retry"})
        node, = self.named(events, "node_finished", "try")
        self.assertEqual((node["status"], node["outputs"]["word"]), ("exception", "instead"))
        self.assertEqual(node["outputs"]["error_type"], "ValueError")
        end = events[-1]["data"]
        self.assertEqual((end["status"], end["exceptions_count"]), ("partial-succeeded", 3))

    def test_a_failure_ends_the_stream_without_an_end_node(self):
        events = self.stream(self.app("broken"))
        self.check_order(events)
        self.assertEqual(events[-1]["event"], "workflow_finished")
        self.assertEqual(events[-1]["data"]["status"], "failed")
        node, = self.named(events, "node_finished", "wrong")
        self.assertEqual(node["status"], "failed")
        self.assertNotIn("end", [data["node_type"] for data in self.named(events, "node_started")])

    def test_a_secret_among_the_inputs_is_shown_nowhere(self):
        key = self.app("keeps-secrets")
        events = self.stream(key, {"password": "tok-6c1f90aa2e", "word": "x"})
        self.check_order(events)
        self.assertEqual(events[0]["data"]["inputs"]["password"], "******")
        self.assertNotIn("tok-6c1f90aa2e", json.dumps(events))
        shown = self.ask("GET", f"/v1/workflows/run/{events[0]['task_id']}", key)[2]
        self.assertNotIn("tok-6c1f90aa2e", json.dumps(shown))

    def test_a_stream_is_kept_alive_while_nothing_happens(self):
        _, answer = self.open_stream(
            "POST", "/v1/workflows/run", self.app("slow"),
            {"inputs": {"seconds": 4}, "response_mode": "streaming", "user": "ada"})
        pings, names = 0, []
        for frame in self.frames(answer):
            pings += frame == "ping"
            names += [] if frame == "ping" else [frame["event"]]
        self.assertEqual(names[-1], "workflow_finished")
        # The flow's own limit ends the script before the second ping would come.
        self.assertEqual(pings, 0)
        _, answer = self.open_stream(
            "POST", "/v1/workflows/run", self.app("patient"),
            {"inputs": {}, "response_mode": "streaming", "user": "ada"})
        for frame in self.frames(answer):
            if frame == "ping":
                break
        self.assertEqual(frame, "ping")

    def test_a_run_outlives_its_client(self):
        key = self.app("slow")
        body = json.dumps({"inputs": {"seconds": 1}, "response_mode": "streaming", "user": "ada"}).encode()
        host, port = self.place.split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(
                b"POST /v1/workflows/run HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            text = b""
            while b"workflow_started" not in text or not text.endswith(b"\n\n\r\n"):
                text += client.recv(4096)
        run = json.loads(text.split(b"data: ")[1].split(b"\n\n")[0])["workflow_run_id"]
        events = self.resume(key, run)
        self.assertEqual(events[-1]["event"], "workflow_finished")
        self.assertEqual(events[-1]["data"]["status"], "succeeded")

    def test_a_client_that_comes_back_hears_as_much_as_it_wants(self):
        key = self.app("slow")
        _, _, body = self.run_flow(key, {"seconds": 2}, mode="async")
        run = body["task_id"]
        events = self.resume(key, run, include_state_snapshot="true")
        self.check_order(events)
        self.assertEqual(events[0]["data"]["reason"], "resumption")
        self.assertEqual(events[-1]["data"]["status"], "succeeded")
        for snapshot in ("true", "false"):
            over = self.resume(key, run, include_state_snapshot=snapshot)
            self.assertEqual([event["event"] for event in over], ["workflow_finished"])

    def test_a_run_is_stopped_by_whoever_asked_for_it_alone(self):
        key = self.app("patient")
        _, answer = self.open_stream(
            "POST", "/v1/workflows/run", key,
            {"inputs": {}, "response_mode": "streaming", "user": "ada"})
        frames = self.frames(answer)
        task = next(frames)["task_id"]
        stop = f"/v1/workflows/tasks/{task}/stop"
        self.assertEqual(self.ask("POST", stop, key, {})[0], 400)
        for caller, user in ((key, "eve"), (self.app("chain"), "ada")):
            self.assertEqual(self.ask("POST", stop, caller, {"user": user})[2], {"result": "success"})
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{task}", key)[2]["status"], "running")
        old = f"/v1/workflows/{task}/stop"
        self.assertEqual(self.ask("POST", old, key, {"user": "ada"})[2], {"result": "success"})
        events = [frame for frame in frames if frame != "ping"]
        self.assertEqual(events[-1]["data"]["status"], "stopped")
        self.assertEqual(events[-1]["data"]["error"], "Stopped by user.")
        self.assertEqual(
            self.ask("POST", "/v1/workflows/tasks/none/stop", key, {"user": "ada"})[2], {"result": "success"})
        _, _, logs = self.ask("GET", "/v1/workflows/logs?status=stopped", key)
        self.assertEqual([entry["id"] for entry in logs["data"]], [task])

    def test_a_hundred_streams_at_once_are_all_told_to_their_end(self):
        key = self.app("chain")
        told, faults = [], []

        def one(number):
            try:
                told.append(self.stream(key, {"word": f"w{number}"}))
            except Exception as fault:  # noqa: BLE001
                faults.append(fault)

        clients = [threading.Thread(target=one, args=[number]) for number in range(100)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        self.assertEqual(faults, [])
        runs = {self.check_order(events) for events in told}
        self.assertEqual(len(runs), 100)
        texts = {events[-1]["data"]["outputs"]["text"] for events in told}
        self.assertEqual(texts, {f"W{number}!" for number in range(100)})


if __name__ == "__main__":
    unittest.main()
