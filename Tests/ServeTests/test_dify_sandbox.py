"""Dify's sandbox contract against the running host: routes, envelope, codes, texts, and how programs run."""

import base64
import concurrent.futures
import http.client
import http.server
import json
import socket
import sys
import threading
import time
import unittest

from serve_support import ROOT, ServeTestCase

sys.path.append(str(ROOT / "Tests/CommandTests"))
from package_support import wheel  # noqa: E402

KEY = "a key of the test"

PYTHON_WRAPPER = """
def main(number: int, word: str) -> dict:
    return {"result": word * number}

import json
from base64 import b64decode

inputs_obj = json.loads(b64decode('%s').decode('utf-8'))
output_obj = main(**inputs_obj)
output_json = json.dumps(output_obj, indent=4)
result = f'''<<RESULT>>{output_json}<<RESULT>>'''
print(result)
"""
JAVASCRIPT_WRAPPER = """
function main({number, word}) { return {result: word.repeat(number)} }
var inputs_obj = JSON.parse(Buffer.from('%s', 'base64').toString('utf-8'))
var output_obj = main(inputs_obj)
var output_json = JSON.stringify(output_obj)
var result = `<<RESULT>>${output_json}<<RESULT>>`
console.log(result)
"""
TEMPLATE_WRAPPER = """
def main(**inputs):
    import jinja2
    template = jinja2.Template('{%% for one in words %%}<{{ one }}>{%% endfor %%}')
    return template.render(**inputs)

import json
from base64 import b64decode
inputs_obj = json.loads(b64decode('%s').decode('utf-8'))
print(f'''<<RESULT>>{main(**inputs_obj)}<<RESULT>>''')
"""


def inputs(**members):
    return base64.b64encode(json.dumps(members).encode()).decode()


class ContractCase(ServeTestCase):
    environment = {"API_KEY": KEY}

    def send(self, method, path, body=None, headers=None, key=KEY):
        headers = dict(headers or {})
        if key is not None:
            headers["X-Api-Key"] = key
        if isinstance(body, dict):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = self.connect()
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def run_program(self, code, language="python3", **members):
        status, _, body = self.send("POST", "/v1/sandbox/run", {"language": language, "code": code, **members})
        self.assertEqual(status, 200, body)
        envelope = json.loads(body)
        self.assertEqual((envelope["code"], envelope["message"]), (0, "success"), envelope)
        self.assertEqual(list(envelope["data"]), ["stdout", "stderr", "error", "exit_code"])
        return envelope["data"]

    def prints(self, expected, code, language="python3", **members):
        data = self.run_program(code, language, **members)
        self.assertEqual(data, {"stdout": expected, "stderr": data["stderr"], "error": "", "exit_code": 0}, data)

    def fails(self, code, language="python3", *, status, words, **members):
        data = self.run_program(code, language, **members)
        self.assertEqual(data["exit_code"], status, data)
        self.assertTrue(data["error"].startswith(f"process exited with code {status}"), data)
        for word in words:
            self.assertIn(word, data["error"])
        if data["stderr"]:
            self.assertTrue(data["error"].endswith(data["stderr"]), data)
        return data


class Routes(ContractCase):
    def test_who_has_no_key_gets_nothing_but_a_status(self):
        for key in (None, "", "wrong", self.key("read")):
            for method, path in (("POST", "/v1/sandbox/run"), ("GET", "/v1/sandbox/dependencies")):
                with self.subTest(key=key, path=path):
                    status, _, body = self.send(method, path, {"language": "python3", "code": "1"}, key=key)
                    self.assertEqual((status, body), (401, b""))
        own = self.key("sandbox")
        self.assertEqual(self.send("POST", "/v1/sandbox/run", {"language": "python3", "code": "1"}, key=own)[0], 200)
        self.assertEqual(self.ask("POST", "/v1/sandbox/run", own, {"language": "nodejs", "code": "1"})[0], 200)
        # The environment's key opens the sandbox alone.
        self.assertEqual(self.send("GET", "/api/runs", headers={"Authorization": f"Bearer {KEY}"})[0], 403)

    def test_what_is_not_there_is_a_text(self):
        for method, path in (("GET", "/v1/sandbox/run"), ("POST", "/v1/sandbox/dependencies"), ("GET", "/v1/sandbox"),
                             ("POST", "/v1/sandbox/nothing"), ("PUT", "/v1/sandbox/run"), ("GET", "/v1/sandbox/")):
            with self.subTest(method=method, path=path):
                status, headers, body = self.send(method, path, key=None)
                self.assertEqual((status, body), (404, b"404 page not found"))
                self.assertTrue(headers["Content-Type"].startswith("text/plain"))
        status, headers, _ = self.send("POST", "/v1/sandbox/run/", {})
        self.assertEqual((status, headers["Location"]), (307, "/v1/sandbox/run"))
        # Elsewhere the host's own API answers.
        self.assertEqual(json.loads(self.send("GET", "/nothing")[2])["error"]["code"], "not-found")

    def test_wrong_bodies_have_gos_words_and_the_status_of_their_type(self):
        required = "Key: '{0}' Error:Field validation for '{0}' failed on the 'required' tag"
        cases = [
            (b"", "EOF"), (b"{", "unexpected EOF"),
            (b"{}", required.format("Language") + "\n" + required.format("Code")),
            (b'{"language": "python3", "code": ""}', required.format("Code")),
            (b'{"language": 3, "code": "1"}', "json: cannot unmarshal number into Go struct field .language of type string"),
        ]
        for body, message in cases:
            for kind, status in (("application/json", 400), ("application/json; charset=utf-8", 200)):
                with self.subTest(body=body, kind=kind):
                    answer = self.send("POST", "/v1/sandbox/run", body, {"Content-Type": kind})
                    self.assertEqual(answer[0], status)
                    self.assertEqual(json.loads(answer[2]), {"code": -400, "message": message, "data": None})
        for language in ("javascript", "ruby", "Python3"):
            answer = self.send("POST", "/v1/sandbox/run", {"language": language, "code": "1"})
            self.assertEqual((answer[0], json.loads(answer[2])),
                             (400, {"code": -400, "message": "unsupported language", "data": None}))

    def test_forms_and_parts_are_read_too(self):
        form = "language=python3&code=print%28%22a+b%22%29&enable_network=true"
        multipart = "\r\n".join(["--x", 'Content-Disposition: form-data; name="language"', "", "python3", "--x",
                                 'Content-Disposition: form-data; name="code"', "", 'print("a b")', "--x--", ""])
        for body, kind in ((form, "application/x-www-form-urlencoded"), (multipart, "multipart/form-data; boundary=x")):
            with self.subTest(kind=kind):
                status, _, answer = self.send("POST", "/v1/sandbox/run", body, {"Content-Type": kind})
                self.assertEqual((status, json.loads(answer)["data"]["stdout"]), (200, "a b\n"))

    def test_the_dependencies_are_what_is_there(self):
        _, _, body = self.send("GET", "/v1/sandbox/dependencies?language=python3")
        listed = json.loads(body)["data"]["dependencies"]
        names = [one["name"] for one in listed]
        self.assertIn("jinja2", names)
        self.prints("".join(f"{one['version']}\n" for one in listed if one["name"] == "jinja2"),
                    "import jinja2\nprint(jinja2.__version__)")
        for name in names:
            self.prints("there\n", f"import {name}\nprint('there')")
        self.assertEqual(json.loads(self.send("GET", "/v1/sandbox/dependencies/refresh?language=python3")[2])["data"],
                         {"dependencies": listed})
        self.assertEqual(json.loads(self.send("POST", "/v1/sandbox/dependencies/update", {"language": "python3"})[2]),
                         {"code": 0, "message": "success", "data": {}})
        self.assertEqual(self.send("GET", "/v1/sandbox/dependencies?language=nodejs")[0], 400)
        status, _, body = self.send("GET", "/v1/sandbox/dependencies")
        self.assertEqual((status, json.loads(body)["code"]), (200, -400))
        self.assertEqual(self.send("GET", "/v1/sandbox/dependencies", json.dumps({"language": "python3"}),
                                   {"Content-Type": "application/json"})[0], 200)


class Programs(ContractCase):
    def test_wrappers_run_unchanged(self):
        given = inputs(number=2, word="añ<")
        self.prints('<<RESULT>>{\n    "result": "a\\u00f1<a\\u00f1<"\n}<<RESULT>>\n', PYTHON_WRAPPER % given,
                    enable_network=True, preload="")
        self.prints('<<RESULT>>{"result":"añ<añ<"}<<RESULT>>\n', JAVASCRIPT_WRAPPER % given, "nodejs", enable_network=True)
        self.prints("<<RESULT>><a><b><<RESULT>>\n", TEMPLATE_WRAPPER % inputs(words=["a", "b"]), enable_network=True,
                    preload="raise Exception('never')")

    def test_a_preload_is_never_run(self):
        self.prints("1\n", "print(1)", preload="print('preload')\nraise SystemExit(9)")

    def test_statuses_are_those_of_processes(self):
        self.fails("import sys\nsys.exit(3)", status=3, words=[])
        self.fails("raise ValueError('bad')", status=255, words=['File "<fd3>", line 1', "ValueError: bad"])
        self.fails("throw new Error('bad')", "nodejs", status=1, words=["Error: bad", "script.js:1"])
        self.fails("process.exit(7)", "nodejs", status=7, words=[])
        self.fails("import os\nos._exit(5)", status=5, words=[])
        self.prints("ok\n", "import logging, sys\nlogging.basicConfig()\nlogging.warning('x')\nprint('ok')")
        self.prints("ok\n", "console.error('x'); console.log('ok')", "nodejs")
        self.fails("import ctypes\nctypes.string_at(0)", status=-1, words=["killed by signal 11"])

    def test_bytes_that_are_no_text_are_replaced_and_zeros_are_kept(self):
        self.prints("a\0b\ufffd\ufffdc", "import sys\nsys.stdout.buffer.write(b'a\\0b\\xff\\xfec')")
        self.prints("\u4f60\u597d \U0001f600\n", "print('\u4f60\u597d \U0001f600')")
        self.prints("\u4f60\u597d \U0001f600\n", "console.log('\u4f60\u597d \U0001f600')", "nodejs")

    def test_limits_are_reported_as_themselves(self):
        data = self.fails("import time\nprint('before')\ntime.sleep(60)", status=-1, words=[])
        self.assertEqual((data["error"], data["stdout"]), ("process exited with code -1\nerror: timeout\n", "before\n"))
        self.assertEqual(self.fails("while (true);", "nodejs", status=-1, words=[])["error"],
                         "process exited with code -1\nerror: timeout\n")
        self.fails("x = b'x' * (3 << 30)", status=-1, words=["the limit of memory was reached: 512 MiB"])
        self.fails("let a = []; while (true) a.push(new Array(100000).fill(1))", "nodejs", status=-1,
                   words=["the limit of memory was reached: 512 MiB"])
        data = self.fails("import sys\nwhile True: sys.stdout.write('x' * 65536)", status=-1,
                          words=["the limit of output was reached: 32 MiB"])
        self.assertLess(len(data["stdout"]), 33 << 20)
        # Large, and within the limit.
        self.prints("x" * (8 << 20) + "\n", "print('x' * (8 << 20))")

    def test_refused_calls_raise_and_are_named(self):
        for code, words in (
                ("import os\nos.execl('/bin/ls', 'ls')", ["operation not permitted: ran a program", "PermissionError"]),
                ("import subprocess\nsubprocess.run(['ls'])", ["operation not permitted"]),
                ("import socket\nsocket.create_connection(('1.1.1.1', 80))", ["opened a network socket", "has no network"]),
                ("import requests\nrequests.get('https://example.com')", ["operation not permitted", "example.com:443"]),
                ("import os\nos.fork()", ["operation not permitted", "PermissionError"]),
                ("import os\nos.kill(1, 9)\nos.setuid(0)", ["operation not permitted"])):
            for network in (False, True):
                with self.subTest(code=code, network=network):
                    self.fails(code, status=255, words=words, enable_network=network)
        self.fails("require('child_process').spawn('ls')", "nodejs", status=1, words=["operation not permitted"])
        self.fails("print(open('/etc/passwd').read())", status=255, words=["No such file or directory"])
        # What a program catches is no failure of it.
        self.prints("caught\n", "import socket\ntry:\n    socket.socket()\nexcept PermissionError:\n    print('caught')")

    def test_a_program_finds_nothing_of_the_host_or_of_others(self):
        self.prints("[]\n", "import os\nprint([one for one in ('/proc', '/sys', '/tmp', '/dev', '/etc', '/root') if os.path.exists(one)])")
        self.prints("{'LANG': 'C.UTF-8', 'TZ': 'UTC'}\n", "import os\nprint(dict(os.environ))")
        self.prints("1\n", "import os\nprint(os.getpid())")
        self.fails("open('/left', 'w')", status=255, words=["opened a file for writing"])
        self.prints("1\n", "import builtins, json\nbuiltins.left = json.loads = 1\nprint(1)")
        self.prints("False {}\n", "import builtins, json\nprint(hasattr(builtins, 'left'), json.loads('{}'))")
        self.fails(f"import urllib.request\nurllib.request.urlopen('http://{self.place}/health')", status=255,
                   words=["operation not permitted"], enable_network=True)

    def test_libraries_of_the_distribution_are_there(self):
        self.prints("[0 2 4]\n", "import numpy\nprint(numpy.arange(3) * 2)", enable_network=True)
        self.prints("2\n", "from datetime import datetime\nfrom zoneinfo import ZoneInfo\n"
                           "print(len([datetime.now(ZoneInfo(one)) for one in ('Asia/Shanghai', 'Europe/Berlin')]))")


class WithNetwork(ContractCase):
    """What the owner lists is reached, by whoever asks for a network, and nothing else."""

    def start(self):
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"hello")

            def log_message(self, *_):
                pass

        self.servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) for _ in range(2)]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
        self.listed, self.other = (f"127.0.0.1:{server.server_address[1]}" for server in self.servers)
        (self.folder / "sluice.yaml").write_text(f'sandbox: {{network: ["{self.listed}"], timeout: 20 s, output: 64 KiB}}\n')
        super().start()

    def test_listed_hosts_are_reached_and_others_are_named(self):
        clients = ("import requests\nanswer = requests.get('http://{}/')\nanswer.raise_for_status()\nprint(answer.text)",
                   "import httpx\nprint(httpx.get('http://{}/').raise_for_status() or 'hello')",
                   "import urllib.request\nprint(urllib.request.urlopen('http://{}/').read().decode())")
        for code in clients:
            with self.subTest(code=code):
                self.prints("hello\n", code.format(self.listed), enable_network=True)
                self.fails(code.format(self.other), status=255, enable_network=True,
                           words=["operation not permitted", self.other, "sandbox.network"])
                self.fails(code.format(self.listed), status=255, enable_network=False, words=["operation not permitted"])
        fetch = "fetch('http://{}/').then((answer) => {{ if (!answer.ok) throw new Error('status'); return answer.text() }}).then(console.log)"
        self.prints("hello\n", fetch.format(self.listed), "nodejs", enable_network=True)
        self.fails(fetch.format(self.other), "nodejs", status=1, words=["operation not permitted"], enable_network=True)
        self.fails(f"import requests\nrequests.get('http://{self.place}/health').raise_for_status()", status=255, words=["operation not permitted"],
                   enable_network=True)

    def test_limits_of_the_configuration_hold(self):
        self.fails("print('x' * 100000)", status=-1, words=["the limit of output was reached: 64 KiB"])


class WithPackages(ContractCase):
    def start(self):
        wheels = self.folder / "wheels"
        wheels.mkdir()
        wheel(wheels, "greeting", "1.5", {"greeting.py": "def say():\n    return 'hello from a package'\n"})
        (self.folder / "requirements.txt").write_text("greeting==1.5\n")
        (self.folder / "sluice.yaml").write_text(f"sandbox: {{requirements: {self.folder}/requirements.txt, timeout: 20 s}}\n")
        self.environment = self.environment | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": "/dev/null"}
        super().start()

    def test_the_owners_requirements_can_be_imported_and_are_listed(self):
        _, _, body = self.send("GET", "/v1/sandbox/dependencies/refresh?language=python3")
        envelope = json.loads(body)
        self.assertEqual(envelope["code"], 0, envelope)
        self.assertIn({"name": "greeting", "version": "1.5"}, envelope["data"]["dependencies"])
        self.prints("hello from a package\n", "import greeting\nprint(greeting.say())", enable_network=True)
        self.prints("hello from a package\n", "import importlib\nprint(importlib.import_module('greet' + 'ing').say())")
        # What cannot be installed changes nothing, and says why.
        (self.folder / "requirements.txt").write_text("nowhere==9\n")
        envelope = json.loads(self.send("GET", "/v1/sandbox/dependencies/refresh?language=python3")[2])
        self.assertEqual(envelope["code"], -500)
        self.assertIn("nowhere", envelope["message"])
        self.prints("hello from a package\n", "import greeting\nprint(greeting.say())")


class Crowd(ContractCase):
    environment = {"API_KEY": KEY, "MAX_WORKERS": "2", "MAX_REQUESTS": "4", "WORKER_TIMEOUT": "600"}

    def begin(self, code):
        """A connection whose request is sent and not answered."""
        connection = self.connect()
        connection.request("POST", "/v1/sandbox/run", json.dumps({"language": "python3", "code": code}),
                           {"X-Api-Key": KEY, "Content-Type": "application/json"})
        return connection

    def answer(self, connection, seconds):
        """What came within so many seconds: a status and a body; None: it was let in and waits."""
        connection.sock.settimeout(seconds)
        try:
            answer = connection.getresponse()
            return answer.status, answer.read()
        except TimeoutError:
            return None

    def test_too_many_are_turned_away_and_whoever_leaves_makes_room(self):
        waiting, turned_away = [], None
        while turned_away is None and len(waiting) < 20:
            connection = self.begin("import time\ntime.sleep(500)")
            turned_away = self.answer(connection, seconds=1)
            waiting.append(connection)
        self.assertGreater(len(waiting), 4)
        self.assertEqual(turned_away[0], 503)
        self.assertEqual(json.loads(turned_away[1]), {"code": -503, "message": "Too many requests", "data": None})
        for connection in waiting:
            connection.close()
        deadline = time.monotonic() + 60  # long before the sleepers would have ended
        answer = None
        while (answer is None or answer[0] != 200) and time.monotonic() < deadline:
            connection = self.begin("pass")
            answer = self.answer(connection, seconds=10)
            connection.close()
        self.assertEqual(answer[0], 200)


class ManyClients(ContractCase):
    def test_thirty_two_clients_and_none_fails(self):
        def client(number):
            connection = http.client.HTTPConnection(self.place, timeout=60)
            for turn in range(20):
                given = inputs(number=turn, word=f"w{number}")
                code, language = ((PYTHON_WRAPPER, "python3") if (number + turn) % 2 else (JAVASCRIPT_WRAPPER, "nodejs"))
                connection.request("POST", "/v1/sandbox/run", json.dumps(
                    {"language": language, "code": code % given, "enable_network": True}),
                    {"X-Api-Key": KEY, "Content-Type": "application/json"})
                envelope = json.loads(connection.getresponse().read())
                text = envelope["data"]["stdout"].split("<<RESULT>>")[1]
                self.assertEqual(json.loads(text), {"result": f"w{number}" * turn}, envelope)
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            for done in [pool.submit(client, number) for number in range(32)]:
                done.result()


class InItsPlace(ContractCase):
    """Started as its container is: by the environment alone."""

    listen = None

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {"SANDBOX_PORT": str(self.port), "API_KEY": "dify-sandbox", "ALLOWED_SYSCALLS": "1,2,3",
                            "ENABLE_PRELOAD": "true", "HTTP_PROXY": "http://ssrf_proxy:3128", "WORKER_TIMEOUT": "2"}
        super().start()

    @property
    def place(self):
        return f"127.0.0.1:{self.port}"

    def test_it_listens_everywhere_and_says_what_is_weak_or_without_effect(self):
        answer = self.send("POST", "/v1/sandbox/run", {"language": "python3", "code": "import time\ntime.sleep(9)"},
                           key="dify-sandbox")
        self.assertEqual(json.loads(answer[2])["data"]["error"], "process exited with code -1\nerror: timeout\n")
        log = (self.folder / "log").read_text()
        for words in ("degraded: API_KEY is dify-sandbox's own default", "ALLOWED_SYSCALLS in the environment has no effect",
                      "ENABLE_PRELOAD in the environment has no effect", "HTTP_PROXY in the environment has no effect"):
            self.assertIn(words, log)
        self.assertEqual(self.send("GET", "/api/runs", key="dify-sandbox")[0], 403)


if __name__ == "__main__":
    unittest.main()
