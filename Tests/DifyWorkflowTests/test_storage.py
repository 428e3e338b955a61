import resource
import unittest

from workflow_support import WorkflowTestCase


class NoRoom(WorkflowTestCase):
    """The host may write files of 2 MiB at most, until it may write larger ones."""

    def start(self):
        super().start(preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY)))

    def test_nothing_is_begun_that_cannot_be_stored(self):
        key = self.app("form")
        taken = []
        while True:
            status, headers, body = self.run_flow(
                key, {"title": "t", "body": "x" * 100_000}, mode="async")
            if status != 202:
                break
            taken.append(body["task_id"])
        self.assertEqual((status, body["code"], body["status"]), (503, "cannot_store", 503))
        self.assertEqual(headers["Retry-After"], "5")
        # What was begun is told as far as it is known.
        self.assertEqual(self.ask("GET", f"/v1/workflows/run/{taken[0]}", key)[0], 200)
        resource.prlimit(
            self.host.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        for run in taken:
            self.assertEqual(self.resume(key, run)[-1]["data"]["status"], "succeeded")
        while self.upload(key, "a.txt", b"x")[0] != 201:
            self.assertIsNone(self.host.poll())
        self.assertEqual(self.ask("GET", "/v1/workflows/logs", key)[2]["total"], len(taken))


if __name__ == "__main__":
    unittest.main()
