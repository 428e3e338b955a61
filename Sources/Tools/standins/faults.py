"""Scripted faults: which request goes wrong, how often, and how.

    {"on": {"method": "POST", "path": "/discussions$", "contains": "TODO"},
     "skip": 1, "times": 2, "do": {"status": 429, "headers": {"Retry-After": "1"}, "body": {…}}}

`on` may leave out any of its three; `path` is a regular expression searched in the raw path,
`contains` a text searched in the raw body. `skip` requests pass first, then `times` are hit
(absent: 1; null: always). In `do`, one of

    status, headers, body     that reply, without the service seeing the request
    redirect                  302 (or `status`) to that URL, `{path}` standing for the path
    cut: before               connection closed, the service never saw the request
    cut: after                the service did its work, then the connection is closed
    cut: middle               half of the true reply, then closed
    slow: {bytes, pause}      the true reply in pieces
    garble                    half of the true reply behind `<html>`, with the true status

and with any of them `wait` (seconds before anything happens).
"""

import re
import threading

ACTIONS = {"status", "headers", "body", "redirect", "cut", "slow", "garble", "wait"}


class FaultList:
    def __init__(self, faults=()):
        self._lock = threading.Lock()
        self._faults = [_Fault(one) for one in faults]

    def take(self, request):
        """The action for this request, empty when it should pass; counts it."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(request) and fault.is_due():
                    return dict(fault.action)
        return {}


class _Fault:
    def __init__(self, text):
        for key in text:
            if key not in ("on", "skip", "times", "do"):
                raise ValueError(f"unknown key '{key}' in a fault")
        on = text.get("on", {})
        for key in on:
            if key not in ("method", "path", "contains"):
                raise ValueError(f"unknown key '{key}' in a fault's on")
        self.action = text.get("do", {})
        for key in self.action:
            if key not in ACTIONS:
                raise ValueError(f"unknown action '{key}' in a fault")
        if self.action.get("cut") not in (None, "before", "after", "middle"):
            raise ValueError("cut is one of before, after, middle")
        self._method = on.get("method")
        self._path = re.compile(on.get("path", ""))
        self._contains = on.get("contains", "").encode("utf-8")
        self._skip = text.get("skip", 0)
        self._left = text.get("times", 1)

    def matches(self, request):
        return (
            self._method in (None, request.method)
            and self._path.search(request.path) is not None
            and self._contains in request.body
        )

    def is_due(self):
        if self._skip > 0:
            self._skip -= 1
            return False
        if self._left is None:
            return True
        if self._left <= 0:
            return False
        self._left -= 1
        return True
