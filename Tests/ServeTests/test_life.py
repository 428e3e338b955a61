import json
import os
import signal
import socket
import subprocess
import unittest

from serve_support import SLUICE, ServeTestCase


class Stopping(ServeTestCase):
    style = "json"

    def test_a_run_that_is_not_over_goes_on_at_the_next_start(self):
        key = self.key("run")
        run = self.start_run("patient", key)
        watching = self.events(f"/api/runs/{run}/events", key)
        self.assertEqual(next(watching)[0], "run")
        self.host.send_signal(signal.SIGTERM)
        list(watching)
        self.assertEqual(self.host.wait(timeout=60), 0)
        self.start()
        self.assertIn(self.ask("GET", f"/api/runs/{run}", key)[2]["state"], ["queued", "running", "waiting"])
        self.ask("POST", f"/api/runs/{run}/cancel", key)
        self.assertEqual(self.wait_for(run, key)["state"], "cancelled")

    def test_new_requests_are_refused_while_it_drains(self):
        key = self.key("run")
        run = self.start_run("busy", key)
        while self.ask("GET", f"/api/runs/{run}", key)[2]["state"] != "running":
            self.assertIsNone(self.host.poll())
        connection = self.connect()
        connection.request("GET", "/health")
        connection.getresponse().read()
        self.host.send_signal(signal.SIGTERM)
        # The log says when it drains; the script of the run holds it for two seconds more.
        log = open(self.folder / "log", encoding="utf-8")
        self.addCleanup(log.close)
        while "draining" not in (line := log.readline()):
            self.assertIsNone(self.host.poll(), line)
        connection.request("GET", "/health")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 503)
        self.assertIsNotNone(answer.headers["Retry-After"])
        self.assertEqual(json.loads(answer.read())["error"]["code"], "stopping")

    def test_the_log_has_one_line_of_json_for_each_request(self):
        _, headers, _ = self.ask("GET", "/health?token=hidden")
        self.stop()
        text = (self.folder / "log").read_text()
        rows = [json.loads(line) for line in text.splitlines()]
        row = next(row for row in rows if row.get("request") == headers["X-Request-Id"])
        self.assertEqual((row["method"], row["path"], row["status"]), ("GET", "/health", 200))
        self.assertNotIn("hidden", text)


class Starting(ServeTestCase):
    def test_a_public_address_needs_a_key(self):
        words = [SLUICE, "serve", "--listen", "0.0.0.0:0", "--data", str(self.folder / "other"),
                 "--flows", str(self.folder / "flows")]
        refused = subprocess.run(words, capture_output=True, text=True, timeout=60)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("sluice keys create", refused.stderr)
        self.assertEqual(refused.stdout, "")
        self.key()
        words[words.index(str(self.folder / "other"))] = str(self.data)
        known = subprocess.run(
            words, capture_output=True, text=True, timeout=60, env=os.environ | {"API_KEY": "changeme"})
        self.assertEqual(known.returncode, 2)
        self.assertIn("API_KEY", known.stderr)

    def test_a_place_that_is_taken_is_named(self):
        taken = subprocess.run(
            [SLUICE, "serve", "--listen", self.place, "--data", str(self.folder / "other"),
             "--flows", str(self.folder / "flows")], capture_output=True, text=True, timeout=60)
        self.assertEqual(taken.returncode, 3)
        self.assertIn(self.place, taken.stderr)


class UnixSocket(ServeTestCase):
    @property
    def listen(self):
        return f"unix:{self.folder}/sluice.sock"

    def test_a_unix_socket_serves_and_is_replaced_and_removed(self):
        path = self.folder / "sluice.sock"
        self.assertEqual(self.place, f"unix:{path}")
        for _ in range(2):
            self.assertEqual(path.stat().st_mode & 0o777, 0o660)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(path))
                client.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200"))
            self.host.kill()
            self.host.wait()
            self.start()
        self.stop()
        self.assertFalse(path.exists())


class ServiceManager(ServeTestCase):
    listen = None

    def start(self):
        notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(notices.close)
        notices.bind(str(self.folder / "notify"))
        notices.settimeout(60)
        self.notices = notices
        listening = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listening.close)
        self.port = listening.getsockname()[1]
        self.environment = {
            "NOTIFY_SOCKET": str(self.folder / "notify"), "LISTEN_FDS": "1", "WATCHDOG_USEC": "200000"}

        def hand_over():
            os.dup2(listening.fileno(), 3)
            os.environ["LISTEN_PID"] = str(os.getpid())

        # LISTEN_PID is the number of the process itself, so a shell that becomes it sets it.
        real = SLUICE
        wrapper = self.folder / "started-by-manager"
        wrapper.write_text(f'#!/bin/sh\nLISTEN_PID=$$ exec {real} "$@"\n')
        wrapper.chmod(0o755)
        import serve_support
        serve_support.SLUICE = str(wrapper)
        try:
            super().start(preexec_fn=hand_over, pass_fds=(3,))
        finally:
            serve_support.SLUICE = real

    def test_a_socket_handed_over_is_served_and_the_manager_is_told(self):
        self.assertEqual(self.place, f"127.0.0.1:{self.port}")
        self.assertIn("READY=1", self.notices.recv(1000).decode())
        self.assertEqual(self.notices.recv(1000), b"WATCHDOG=1")
        self.assertEqual(self.ask("GET", "/health")[0], 200)
        self.host.send_signal(signal.SIGTERM)
        while self.notices.recv(1000) == b"WATCHDOG=1":
            pass
        self.assertEqual(self.host.wait(timeout=60), 0)


if __name__ == "__main__":
    unittest.main()
