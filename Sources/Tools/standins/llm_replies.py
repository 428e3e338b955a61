"""Scripted replies and the shapes in which servers wrap an answer.

    {"when": {"contains": "TODO", "sha256": "…", "schema": "review"}, "replies": [{…}, {…}]}

The first rule whose `when` fits answers with its next reply; the last one repeats unless the rule
says `"once": true`. A reply is one of

    {"value": JSON}  {"content": text or null}        with `style`, `finish_reason`, `reasoning`
    {"refusal": text}                                  content is null
    {"tool_calls": [{"name": …, "arguments": {…}}]}    with `arguments_as`: text (default), object;
                                                       `ids`: false leaves them out
    {"error": {…}, "status": 400, "headers": {…}}      status 200 is an error inside a success
    {"body": JSON, "status": 200}                      exactly that
    {"choices": []}                                    a success with nothing in it

Styles: plain, fenced (```json), think (`<think>` before it), channel (`<|channel|>analysis`
before it), prose (words around it), trailing-comma, bom, reasoning_content, reasoning (that
field beside it), null (no content at all), length (cut in the middle, finish_reason length).
"""

import json

from standins.http_service import Reply

STYLES = {"plain", "fenced", "think", "channel", "prose", "trailing-comma", "bom",
          "reasoning_content", "reasoning", "null", "length"}
THOUGHT = "The hunk has {braces} and \"quotes\" that are not the answer."


class RuleList:
    def __init__(self, rules):
        for rule in rules:
            for key in rule:
                if key not in ("when", "replies", "once"):
                    raise ValueError(f"unknown key '{key}' in a rule")
            for key in rule.get("when", {}):
                if key not in ("contains", "sha256", "schema"):
                    raise ValueError(f"unknown key '{key}' in a rule's when")
        self._rules = [dict(rule, at=0) for rule in rules]

    def next_reply(self, canonical, digest, body):
        for rule in self._rules:
            when, replies = rule.get("when", {}), rule["replies"]
            name = ((body.get("response_format") or {}).get("json_schema") or {}).get("name")
            if when.get("contains", "") not in canonical \
                    or when.get("sha256", digest) != digest or when.get("schema", name) != name:
                continue
            if rule["at"] >= len(replies):
                if rule.get("once"):
                    continue
                return dict(replies[-1])
            rule["at"] += 1
            return dict(replies[rule["at"] - 1])
        return None


def completion(reply, body, digest, issued_calls):
    """The HTTP reply for one scripted or computed reply."""
    if "error" in reply:
        return Reply(reply.get("status", 400), {"error": reply["error"]}, reply.get("headers", {}))
    if "body" in reply:
        return Reply(reply.get("status", 200), reply["body"], reply.get("headers", {}))
    message, reason = _message(reply, digest, issued_calls)
    choices = [{"index": 0, "message": message, "logprobs": None,
                "finish_reason": reply.get("finish_reason", reason)}]
    used = len(json.dumps(body["messages"])) // 4
    made = len(message.get("content") or "") // 4 + 1
    return Reply(200, {
        "id": f"chatcmpl-{digest[:24]}", "object": "chat.completion", "created": 0,
        "model": body["model"], "choices": reply.get("choices", choices),
        "usage": {"prompt_tokens": used, "completion_tokens": made, "total_tokens": used + made},
    })


def _message(reply, digest, issued_calls):
    message = {"role": "assistant", "content": None, "refusal": reply.get("refusal")}
    if "tool_calls" in reply:
        message["tool_calls"] = _calls(reply, digest, issued_calls)
        return message, "tool_calls"
    if "refusal" in reply:
        return message, "stop"
    text = reply.get("content")
    if "value" in reply:
        text = json.dumps(reply["value"], ensure_ascii=False)
    style = reply.get("style", "plain")
    if style not in STYLES:
        raise ValueError(f"unknown style '{style}'")
    if style in ("reasoning_content", "reasoning"):
        message[style] = reply.get("reasoning", THOUGHT)
    message["content"] = None if text is None else _wrapped(text, style)
    return message, "length" if style == "length" else "stop"


def _wrapped(text, style):
    if style == "fenced":
        return f"Here is the review.\n\n```json\n{text}\n```\n"
    if style == "think":
        return f"<think>{THOUGHT}</think>\n{text}"
    if style == "channel":
        return f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|channel|>final<|message|>{text}"
    if style == "prose":
        return f"Sure, here you are:\n{text}\nTell me if you need more."
    if style == "trailing-comma":
        return text[:-1] + ("," if len(text) > 2 else "") + text[-1:]
    if style == "bom":
        return "\ufeff" + text
    if style == "length":
        return text[: max(1, len(text) // 2)]
    return None if style == "null" else text


def _calls(reply, digest, issued_calls):
    calls = []
    for number, call in enumerate(reply["tool_calls"]):
        arguments = call["arguments"]
        if reply.get("arguments_as", "text") == "text" and not isinstance(arguments, str):
            arguments = json.dumps(arguments)
        one = {"type": "function", "function": {"name": call["name"], "arguments": arguments}}
        if reply.get("ids", True):
            one = {"id": f"call_{digest[:12]}_{number}", **one}
            if isinstance(arguments, str):
                issued_calls[one["id"]] = (call["name"], arguments)
        calls.append(one)
    return calls
