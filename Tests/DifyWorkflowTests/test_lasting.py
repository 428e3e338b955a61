import signal
import unittest

from workflow_support import WorkflowTestCase


class Lasting(WorkflowTestCase):
    def kill(self):
        self.host.send_signal(signal.SIGKILL)
        self.host.wait()
        self.start()

    def test_a_killed_host_finishes_what_a_client_began(self):
        key = self.app("slow")
        _, answer = self.open_stream(
            "POST", "/v1/workflows/run", key,
            {"inputs": {"seconds": 2}, "response_mode": "streaming", "user": "ada"})
        for frame in self.frames(answer):
            if frame["event"] == "node_started" and frame["data"]["node_id"] == "work":
                break
        run = frame["workflow_run_id"]
        self.kill()
        events = self.resume(key, run, include_state_snapshot="true")
        self.check_order(events)
        self.assertEqual(events[-1]["data"]["status"], "succeeded")
        _, _, shown = self.ask("GET", f"/v1/workflows/run/{run}", key)
        self.assertEqual((shown["status"], shown["outputs"]), ("succeeded", {"slept": 2}))

    def test_a_key_of_a_request_starts_one_run_across_restarts(self):
        key = self.app("chain")
        headers = {"Idempotency-Key": "order-17"}
        status, told, first = self.run_flow(key, {"word": "x"}, headers=headers)
        self.assertEqual((status, told["Idempotency-Replayed"]), (200, None))
        self.kill()
        status, told, again = self.run_flow(key, {"word": "x"}, headers=headers)
        self.assertEqual((status, told["Idempotency-Replayed"]), (200, "true"))
        self.assertEqual(again, first)
        # However it is answered, it is the same run.
        events = self.stream(key, {"word": "x"}, headers=headers)
        self.assertEqual(self.check_order(events), first["task_id"])
        status, _, body = self.run_flow(key, {"word": "y"}, headers=headers)
        self.assertEqual((status, body["code"]), (422, "idempotency_key_reused"))
        # Another user, and another app, have keys of their own.
        _, _, other = self.run_flow(key, {"word": "x"}, headers=headers, user="bob")
        self.assertNotEqual(other["task_id"], first["task_id"])
        self.assertEqual(self.run_flow(key, {"word": "x"}, headers={"Idempotency-Key": "ä"})[0], 400)
        self.assertEqual(self.ask("GET", "/v1/workflows/logs", key)[2]["total"], 2)

    def test_a_drained_host_leaves_the_run_to_the_next(self):
        key = self.app("patient")
        _, _, body = self.run_flow(key, mode="async")
        self.stop()
        self.start()
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{body['task_id']}", key)[2]["status"], "running")


if __name__ == "__main__":
    unittest.main()
