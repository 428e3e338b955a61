"""Wheels made by hand, an index on this machine, and a folder in which `sluice packages` is run."""

import base64
import hashlib
import http.server
import io
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import threading
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))


def digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def wheel(folder, name, version, files, *, requires=(), tag="py3-none-any", extra=(), changed=()):
    """Writes a wheel. `extra` are (ZipInfo, bytes) that it does not list, `changed` are files that it lists otherwise."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    members = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    members[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}".encode()
    members[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    rows = [f"{path},sha256={digest(content)},{len(content)}" for path, content in members.items()]
    members[f"{info}/RECORD"] = ("\n".join(rows) + f"\n{info}/RECORD,,\n").encode()
    members.update(changed)
    path = pathlib.Path(folder) / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        for entry, content in extra:
            archive.writestr(entry, content)
    return path


def source_package(folder, name, version, marker):
    """A package that is source only, and whose set-up leaves a file at `marker` when anybody runs it."""
    setup = f"open({str(marker)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name={name!r}, version={version!r})\n"
    path = pathlib.Path(folder) / f"{name}-{version}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for member, text in [("setup.py", setup), ("PKG-INFO", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")]:
            entry = tarfile.TarInfo(f"{name}-{version}/{member}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


class Index(http.server.ThreadingHTTPServer):
    """A simple index over a folder; the bytes of a wheel wait for `gate`, if there is one."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), IndexHandler)
        self.folder = pathlib.Path(folder)
        self.gate = None
        self.asked = threading.Event()
        self.gone = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/simple"


class IndexHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        parts = [part for part in self.path.split("/") if part]
        if parts[0] == "simple":
            names = [file.name for file in self.server.folder.iterdir()
                     if file.name.split("-")[0].replace("_", "-").lower() == parts[1]]
            body = "".join(f'<a href="/files/{name}">{name}</a>\n' for name in names).encode()
            self.answer("text/html", body, 200 if names else 404)
            return
        body = (self.server.folder / parts[1]).read_bytes()
        if self.server.gate is None:
            self.answer("application/octet-stream", body)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.flush()
        self.server.asked.set()
        # Ends when the other side does: nobody sends anything more.
        self.connection.settimeout(60)
        try:
            if self.connection.recv(1) == b"":
                self.server.gone.set()
        except OSError:
            self.server.gone.set()

    def answer(self, kind, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class PackageCase(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PROGRAM.exists(), f"{PROGRAM} is not built; run 'swift build' first")
        folder = tempfile.TemporaryDirectory(prefix="sluice-packages-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.wheels = self.folder / "wheels"
        self.wheels.mkdir()
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "PIP_CONFIG_FILE": "/dev/null",
                            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}

    def use_index(self):
        index = Index(self.wheels)
        self.addCleanup(index.server_close)
        self.addCleanup(index.shutdown)
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "PIP_CONFIG_FILE": "/dev/null",
                            "PIP_INDEX_URL": index.url}
        return index

    def start(self, *words, **more):
        return subprocess.Popen([PROGRAM, *words], cwd=self.folder, env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def sluice(self, *words, input=None):
        return subprocess.run([PROGRAM, *words], cwd=self.folder, env=self.environment, input=input, text=True,
                              capture_output=True, timeout=180)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name

    def install(self, requirements, *words):
        self.write("requirements.txt", requirements)
        return self.sluice("packages", "install", *words)

    def installed(self, requirements, *words):
        done = self.install(requirements, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def fails(self, requirements, *expected, status=2, words=()):
        """The installation fails with one line that has all of `expected`, and runs nothing else."""
        done = self.install(requirements, *words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for text in expected:
            self.assertIn(text, done.stderr)
        return done.stderr

    def runs(self, script, *words, packages="default"):
        """What a script returns that can import the packages."""
        name = self.write("step.py", script)
        done = self.sluice("exec", name, "--packages", packages, "--json", *words)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def returned(self, script, packages="default"):
        answer = self.runs(script, packages=packages)
        self.assertEqual(answer["outcome"], "returned", answer)
        return answer["output"]

    def shown(self, name="default"):
        done = self.sluice("packages", "show", name, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def versions(self, name="default"):
        """Digests of the versions that are on the disk."""
        return {path.name for path in (self.folder / ".sluice" / "packages" / name).iterdir() if len(path.name) == 64}
