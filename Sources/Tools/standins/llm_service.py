"""The language-model stand-in: an OpenAI-compatible server that follows rules, not a model."""

import hashlib
import json
import time

from standins.http_service import Reply, Service
from standins.llm_replies import RuleList, completion
from standins.llm_requests import ModelError, check_request, requested_schema
from standins.reviewer import answer, quote


class ModelService(Service):
    default_settings = {
        "base_path": "/v1",
        "vendor": "openai",  # openai, lmstudio, ollama, llama.cpp, gemini: error texts
        "reasoning_model": False,  # refuses max_tokens and temperature
        "json_schema": True,  # false: 400 for response_format json_schema
        "json_object": True,
        "context_tokens": 128_000,  # a token is four bytes here
        "otherwise": "review",  # what answers when no rule does: review, quote, or refuse (500)
        "style": "plain",  # how the default reviewer's answer is wrapped, see llm_replies.py
        "latency": 0,
    }

    def __init__(self, world, store_path=None):
        super().__init__(world.get("settings", {}))
        if store_path:
            raise ValueError("the model stand-in keeps nothing, so --store has no use")
        self.api_key = world.get("api_key")
        self.models = world.get("models", ["stand-in-reviewer"])
        self.rules = RuleList(world.get("rules", []))
        self.issued_calls = {}
        self._seen = []

    def set_rules(self, rules):
        self.rules = RuleList(rules)

    def state(self):
        return {"completions": len(self._seen), "requests": self._seen}

    def handle(self, request):
        base = self.settings["base_path"]
        try:
            if not request.path.startswith(base + "/"):
                raise ModelError(404, f"Invalid URL ({request.method} {request.path})")
            return self._dispatch(request, request.path[len(base):])
        except ModelError as error:
            return Reply(error.status, error.body(self.settings["vendor"]), error.headers)

    def _dispatch(self, request, path):
        allowed = "POST" if path == "/chat/completions" else "GET"
        if path not in ("/chat/completions", "/models") and not path.startswith("/models/"):
            raise ModelError(404, f"Invalid URL ({request.method} {request.path})")
        if request.method != allowed:
            raise ModelError(405, f"Not allowed to {request.method} on {path}")
        if request.query:
            raise ModelError(400, "stand-in: no query parameters are known here")
        if self.api_key is not None and \
                request.headers.get("authorization") != f"Bearer {self.api_key}":
            raise ModelError(401, "Incorrect API key provided", code="invalid_api_key")
        if path == "/chat/completions":
            return self._complete(request)
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "standin"}
                  for name in self.models]
        if path == "/models":
            return Reply(200, {"object": "list", "data": listed})
        found = [one for one in listed if one["id"] == path[len("/models/"):]]
        if not found:
            raise ModelError(404, "The model does not exist", code="model_not_found")
        return Reply(200, found[0])

    def _complete(self, request):
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json":
            raise ModelError(415, f"Unsupported content type: '{kind}'")
        try:
            body = request.json_body()
        except (ValueError, UnicodeDecodeError):
            raise ModelError(400, "We could not parse the JSON body of your request.") from None
        check_request(body, self.models, self.settings, self.issued_calls)
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
        self._seen.append(digest)
        if self.settings["latency"]:
            self.lock.release()
            try:
                time.sleep(self.settings["latency"])
            finally:
                self.lock.acquire()
        reply = self.rules.next_reply(canonical, digest, body)
        if reply is None:
            if self.settings["otherwise"] == "refuse":
                raise ModelError(500, f"stand-in: no rule for this request (sha256 {digest})")
            respond = quote if self.settings["otherwise"] == "quote" else answer
            reply = {**respond(body, requested_schema(body)), "style": self.settings["style"]}
        return completion(reply, body, digest, self.issued_calls)
