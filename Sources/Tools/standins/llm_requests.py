"""What a chat completion request must look like; everything else is refused."""

import re

from standins.llm_schema import check_strict_schema

KEYS = {
    "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format",
    "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed", "n", "user",
    "presence_penalty", "frequency_penalty", "reasoning_effort", "stream", "stream_options",
    "metadata", "store", "verbosity",
}
MESSAGE_KEYS = {
    "system": {"role", "content", "name"}, "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {"role", "content", "name", "refusal", "tool_calls"},
    "tool": {"role", "content", "tool_call_id"},
}
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
OVERFLOW = {
    "openai": "This model's maximum context length is {limit} tokens. However, your messages "
              "resulted in {count} tokens. Please reduce the length of the messages.",
    "lmstudio": "The number of tokens to keep from the initial prompt is greater than the context "
                "length ({count} > {limit}).",
    "ollama": "input length exceeds the context length: the request ({count} tokens) exceeds the "
              "available context size ({limit} tokens)",
    "llama.cpp": "the request exceeds the available context size. try increasing the context size "
                 "or enable context shift",
    "gemini": "The input token count ({count}) exceeds the maximum number of tokens allowed "
              "({limit}).",
}


class ModelError(Exception):
    def __init__(self, status, message, param=None, code=None, headers=None):
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code
        self.headers = headers or {}

    def body(self, vendor):
        if vendor == "ollama":
            return {"error": self.message}
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param,
                          "code": self.code}}


def check_request(body, models, settings, issued_calls):
    if not isinstance(body, dict):
        raise ModelError(400, "the body must be a JSON object")
    for key in body:
        if key not in KEYS:
            raise ModelError(400, f"Unrecognized request argument supplied: {key}", key)
    if body.get("model") not in models:
        raise ModelError(404, f"The model `{body.get('model')}` does not exist or you do not have "
                         "access to it.", "model", "model_not_found")
    if body.get("stream"):
        raise ModelError(400, "stand-in: streaming is not offered", "stream")
    _check_numbers(body, settings)
    _check_tools(body)
    _check_messages(body.get("messages"), issued_calls)
    _check_response_format(body, settings)
    _check_length(body, settings)


def requested_schema(body):
    """The JSON Schema the answer must fit, or None when plain text was asked for."""
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        return form["json_schema"].get("schema")
    return {} if form.get("type") == "json_object" else None


def _check_numbers(body, settings):
    for key, low, high in (("temperature", 0, 2), ("top_p", 0, 1), ("presence_penalty", -2, 2),
                           ("frequency_penalty", -2, 2)):
        value = body.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))
                                  or not low <= value <= high):
            raise ModelError(400, f"Invalid value for '{key}'", key)
    for key in ("max_tokens", "max_completion_tokens", "seed", "n"):
        value = body.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)
                                  or (value < 1 and key != "seed")):
            raise ModelError(400, f"Invalid type for '{key}': expected an integer.", key)
    if settings["reasoning_model"]:
        if "max_tokens" in body:
            raise ModelError(
                400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                "'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter")
        if body.get("temperature", 1) != 1:
            raise ModelError(
                400, "Unsupported value: 'temperature' does not support this value with this "
                "model. Only the default (1) value is supported.", "temperature",
                "unsupported_value")
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        raise ModelError(400, "max_tokens and max_completion_tokens cannot both be set.",
                         "max_tokens")


def _check_tools(body):
    tools = body.get("tools")
    if tools is None:
        if "tool_choice" in body:
            raise ModelError(400, "'tool_choice' is only allowed when 'tools' are specified.",
                             "tool_choice")
        return
    if not isinstance(tools, list) or not tools:
        raise ModelError(400, "[] is too short - 'tools'", "tools")
    names = set()
    for number, tool in enumerate(tools):
        where = f"tools[{number}]"
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or tool.get("type") != "function" \
                or set(tool) != {"type", "function"}:
            raise ModelError(400, f"Invalid value for '{where}'.", where)
        unknown = set(function) - {"name", "description", "parameters", "strict"}
        if unknown or not NAME.fullmatch(str(function.get("name", ""))) \
                or function["name"] in names:
            raise ModelError(400, f"Invalid '{where}.function'.", where)
        names.add(function["name"])
        if function.get("strict"):
            _strict(function.get("parameters"), f"function '{function['name']}'",
                    f"{where}.function.parameters")


def _check_messages(messages, issued_calls):
    if not isinstance(messages, list) or not messages:
        raise ModelError(400, "[] is too short - 'messages'", "messages")
    waiting = []
    for number, message in enumerate(messages):
        where = f"messages.[{number}]"
        if not isinstance(message, dict) or message.get("role") not in MESSAGE_KEYS:
            raise ModelError(400, f"Invalid value for '{where}.role'.", where)
        role = message["role"]
        for key in message:
            if key not in MESSAGE_KEYS[role]:
                raise ModelError(400, f"Unknown parameter: '{where}.{key}'.", where)
        if role == "tool":
            if message.get("tool_call_id") not in waiting:
                raise ModelError(
                    400, "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceding message with 'tool_calls'.", where)
            waiting.remove(message["tool_call_id"])
        elif waiting:
            break
        _check_content(message, where)
        if role == "assistant" and message.get("tool_calls") is not None:
            waiting = _check_calls(message, where, issued_calls)
    if waiting:
        raise ModelError(
            400, "An assistant message with 'tool_calls' must be followed by tool messages "
            "responding to each 'tool_call_id'. The following tool_call_ids did not have response "
            f"messages: {', '.join(waiting)}", "messages")


def _check_content(message, where):
    content = message.get("content")
    if isinstance(content, str):
        return
    if content is None:
        if message["role"] == "assistant" and message.get("tool_calls"):
            return
        raise ModelError(400, f"Invalid value for '{where}.content': expected a string, got null.",
                         where)
    if not isinstance(content, list) or not content or not all(
            isinstance(part, dict) and set(part) == {"type", "text"} and part["type"] == "text"
            and isinstance(part["text"], str) for part in content):
        raise ModelError(400, f"Invalid value for '{where}.content'.", where)


def _check_calls(message, where, issued_calls):
    """Ids of the calls that now need an answer. Calls must come back as they were given."""
    calls = message["tool_calls"]
    if not isinstance(calls, list) or not calls:
        raise ModelError(400, f"[] is too short - '{where}.tool_calls'", where)
    ids = []
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or call.get("type") != "function" \
                or not isinstance(call.get("id"), str) \
                or not isinstance(function.get("arguments"), str):
            raise ModelError(400, f"Invalid value for '{where}.tool_calls'.", where)
        issued = issued_calls.get(call["id"])
        if issued is not None and issued != (function.get("name"), function["arguments"]):
            raise ModelError(400, f"stand-in: the call {call['id']} was changed on its way back",
                             where)
        ids.append(call["id"])
    if len(set(ids)) != len(ids):
        raise ModelError(400, f"Duplicate value in '{where}.tool_calls'.", where)
    return ids


def _check_response_format(body, settings):
    form = body.get("response_format")
    if form is None:
        return
    kind = form.get("type") if isinstance(form, dict) else None
    if kind == "json_schema":
        if not settings["json_schema"]:
            raise ModelError(400, "Invalid parameter: 'response_format' of type 'json_schema' is "
                             "not supported with this model.", "response_format")
        inner = form.get("json_schema")
        if set(form) != {"type", "json_schema"} or not isinstance(inner, dict) \
                or set(inner) - {"name", "description", "schema", "strict"} \
                or not NAME.fullmatch(str(inner.get("name", ""))):
            raise ModelError(400, "Invalid value for 'response_format.json_schema'.",
                             "response_format.json_schema")
        if inner.get("strict"):
            _strict(inner.get("schema"), f"response_format '{inner['name']}'",
                    "response_format")
    elif kind == "json_object":
        if not settings["json_object"]:
            raise ModelError(400, "'response_format.type' must be 'json_schema' or 'text'",
                             "response_format")
        if "json" not in str(body["messages"]).lower():
            raise ModelError(400, "'messages' must contain the word 'json' in some form, to use "
                             "'response_format' of type 'json_object'.", "messages")
    elif kind != "text":
        raise ModelError(400, f"Invalid value: '{kind}'. Supported values are: 'json_object', "
                         "'json_schema', and 'text'.", "response_format.type")


def _strict(schema, name, param):
    complaint = check_strict_schema(schema)
    if complaint:
        raise ModelError(400, f"Invalid schema for {name}: {complaint}", param,
                         "invalid_json_schema")


def _check_length(body, settings):
    count = len(str(body["messages"]).encode("utf-8", "replace")) // 4
    limit = settings["context_tokens"]
    if count > limit:
        text = OVERFLOW[settings["vendor"]].format(count=count, limit=limit)
        raise ModelError(400, text, "messages", "context_length_exceeded")
