"""Starts stand-ins as their users do: as processes, found by the line they print."""

import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "Sources" / "Tools"
sys.path.insert(0, str(TOOLS))


class StandIn:
    """A running stand-in; stop it with `stop`."""

    def __init__(self, kind, world, folder, name="", store=None, scenario=None):
        self._world = pathlib.Path(folder) / f"{kind}{name}-world.json"
        self._world.write_text(json.dumps(world), encoding="utf-8")
        command = [sys.executable, str(TOOLS / "standins"), kind, "--world", str(self._world),
                   "--stop-with-stdin"]
        if store:
            command += ["--store", str(store)]
        if scenario:
            path = pathlib.Path(folder) / f"{kind}{name}-scenario.json"
            path.write_text(json.dumps(scenario), encoding="utf-8")
            command += ["--scenario", str(path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the stand-in said {line!r}")
        self.url = line.split()[-1]

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def send(self, method, path, body=None, headers=None, raw=None):
        """(status, headers, decoded body); redirects are not followed."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        sent.update(headers or {})
        request = urllib.request.Request(
            self.url + path, data=data, method=method, headers=sent)
        try:
            with _OPENER.open(request, timeout=30) as reply:
                return reply.status, reply.headers, _decoded(reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, _decoded(error.read())

    def state(self):
        return self.send("GET", "/__standin__/state")[2]

    def requests(self):
        return self.send("GET", "/__standin__/requests")[2]

    def scenario(self, **changes):
        status, _, body = self.send("POST", "/__standin__/scenario", changes)
        if status != 204:
            raise RuntimeError(f"the scenario was refused: {body}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _decoded(data):
    try:
        return json.loads(data)
    except ValueError:
        return data
