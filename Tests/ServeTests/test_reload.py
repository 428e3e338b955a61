import signal
import unittest

from serve_support import ServeTestCase


class Reloading(ServeTestCase):
    def hang_up(self):
        """Asks for the flows to be read again, and waits until the log says that they were."""
        with open(self.folder / "log", encoding="utf-8") as log:
            log.seek(0, 2)
            self.host.send_signal(signal.SIGHUP)
            lines = []
            while not lines or "the flows were read again" not in lines[-1]:
                self.assertIsNone(self.host.poll())
                if line := log.readline():
                    lines.append(line)
        return "".join(lines)

    def served(self, key):
        return {flow["flow"] for flow in self.ask("GET", "/api/flows", key)[2]["flows"]}

    def test_a_hang_up_serves_the_flows_as_they_are_now(self):
        key = self.key()
        flow = self.folder / "flows" / "late"
        flow.mkdir()
        (flow / "flow.yaml").write_text("flow: late\nnodes: {one: {set: 1}}\noutputs: {one: \"${{ nodes.one.output }}\"}\n")
        waiting = self.start_run("patient", key)
        self.assertNotIn("late", self.served(key))
        self.hang_up()
        self.assertIn("late", self.served(key))
        self.assertEqual(self.wait_for(self.start_run("late", key), key)["outputs"], {"one": 1})
        (flow / "flow.yaml").write_text("flow: late\nnodes: {one: {sett: 1}}\n")
        self.assertIn("sett", self.hang_up())
        self.assertIn("late", self.served(key))
        self.assertEqual(self.ask("GET", f"/api/runs/{waiting}", key)[0], 200)
        self.assertEqual(self.ask("POST", f"/api/runs/{waiting}/cancel", key)[0], 202)


if __name__ == "__main__":
    unittest.main()
