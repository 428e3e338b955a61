"""The GitLab stand-in: settings, authentication, limits. README.md says what it checks."""

import time
from collections import deque
from urllib.parse import unquote

from standins.gitlab_context import Context
from standins.gitlab_routes import ROUTES
from standins.http_service import Reply, Service
from standins.merge_requests import Project
from standins.note_store import NoteStore
from standins.parameters import Refused, check_parameters


class GitLabService(Service):
    default_settings = {
        "page_size": 100,  # no page is longer, whatever per_page asks
        "link_only": False,  # true: no x-total, x-next-page and so on
        "not_ready": 0,  # GETs of a merge request that still show diff_refs: null
        "old_version": False,  # shapes of GitLab 15.6: no /diffs, no flags, headers in the diff
        "notes_per_minute": 300,
        "note_limit_retry_after": True,
        "collapse_bytes": 20_480, "too_large_bytes": 204_800,
        "overflow": False,
        "ruby_3_4_messages": False,
    }

    def __init__(self, world, store_path=None):
        super().__init__(world.get("settings", {}))
        self.tokens = {one["token"]: one for one in world.get("tokens", [])}
        self.projects = [Project(one) for one in world.get("projects", [])]
        self.notes = NoteStore(store_path)
        self._note_times = deque()
        self._counts = {}

    def state(self):
        return {"discussions": self.notes.discussions, "notes": self.notes.count(),
                "quick_actions": self.notes.quick_actions, "requests": self._counts}

    def handle(self, request):
        try:
            return self._dispatch(request)
        except Refused as refused:
            return Reply(refused.status, refused.body, refused.headers)

    def _dispatch(self, request):
        matches = [(method, found, allowed, function)
                   for method, expression, allowed, function in ROUTES
                   if (found := expression.fullmatch(request.path))]
        if not matches:
            raise Refused(404, {"error": "404 Not Found"})
        chosen = next((one for one in matches if one[0] == request.method), None)
        if chosen is None:
            methods = ", ".join(sorted({one[0] for one in matches}))
            raise Refused(405, {"error": "405 Not Allowed"}, {"Allow": methods})
        method, found, allowed, function = chosen
        self._counts[function.__name__] = self._counts.get(function.__name__, 0) + 1
        token = self._authenticate(request, needs_write=method != "GET")
        values = check_parameters(self._parameters(request, method), allowed)
        context = Context(self, request, token, values)
        return function(context, **{name: unquote(part) for name, part in found.groupdict().items()})

    def _authenticate(self, request, needs_write):
        for name, _ in request.query:
            if name in ("private_token", "access_token", "job_token"):
                self.violation(f"a credential stands in the URL ({name})")
        given = request.headers.get("private-token")
        bearer = request.headers.get("authorization", "")
        if given is None and bearer.startswith("Bearer "):
            given = bearer[len("Bearer "):]
        token = self.tokens.get(given)
        if token is None:
            raise Refused(401, {"message": "401 Unauthorized"})
        if needs_write and "api" not in token.get("scopes", ["api"]):
            raise Refused(403, {
                "error": "insufficient_scope", "scope": "api", "error_description":
                "The request requires higher privileges than provided by the access token."})
        return token

    def _parameters(self, request, method):
        query = dict(request.query)
        if method == "GET":
            if request.body:
                self.violation("a GET with a body")
            return query
        if query:
            raise Refused(400, {"error": "stand-in: parameters of a write belong in its body"})
        kind = request.headers.get("content-type", "")
        if kind.split(";")[0].strip().lower() != "application/json":
            raise Refused(
                415, {"error": f"The provided content-type '{kind}' is not supported."})
        try:
            body = request.json_body()
        except (ValueError, UnicodeDecodeError):
            raise Refused(400, {"error": "message body does not match declared format"}) from None
        if not isinstance(body, dict):
            raise Refused(400, {"error": "message body does not match declared format"})
        return body

    def count_note(self):
        """The limit on new notes: so many within any sixty seconds."""
        now, limit = time.monotonic(), self.settings["notes_per_minute"]
        while self._note_times and now - self._note_times[0] > 60:
            self._note_times.popleft()
        if len(self._note_times) >= limit:
            wait = int(60 - (now - self._note_times[0])) + 1 if self._note_times else 60
            headers = {"RateLimit-Limit": str(limit), "RateLimit-Remaining": "0"}
            if self.settings["note_limit_retry_after"]:
                headers["Retry-After"] = str(wait)
            raise Refused(429, {"message": {"error": "This endpoint has been requested too many "
                                            "times. Try again later."}}, headers)
        self._note_times.append(now)
