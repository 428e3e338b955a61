"""The default reviewer: fixed patterns over the hunk that the request really shows.

It reads either lines labelled `o12 n14 | +text` or a plain unified hunk, and fills whatever
JSON Schema was asked for by the names of its properties. It is no model and knows nothing else.
"""

import hashlib
import re
from dataclasses import dataclass

from standins.llm_schema import smallest_value

LABELLED = re.compile(r"^\s*(?:o(\d+))?\s*(?:n(\d+))?\s*\| ([-+ ])(.*)$")
HEADER = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class Line:
    sign: str
    old: int | None
    new: int | None
    text: str

    @property
    def label(self):
        return f"o{self.old}" if self.sign == "-" else f"n{self.new}"


@dataclass(frozen=True)
class Finding:
    rule: str
    severity: str
    first: Line
    last: Line
    comment: str


PATTERNS = (
    ("left-over-note", "minor", r"\b(TODO|FIXME|XXX)\b",
     "This note says that the work is not done. Finish it, or open an issue and name it here."),
    ("bare-except", "major", r"^\s*except\s*:",
     "A bare `except:` also catches KeyboardInterrupt and SystemExit. Name what can go wrong."),
    ("compare-with-none", "minor", r"[=!]=\s*None\b",
     "Compare with None by `is`; `==` can be redefined by the other side."),
    ("secret-in-code", "critical",
     r"(?i)(?<![a-z])(password|passwd|secret|token|api_?key)\w*\s*[:=]\s*[\"'][^\"'\s]{4,}[\"']",
     "This looks like a credential in the source. Read it from the environment and replace it."),
    ("off-by-one", "major", r"<=\s*(len\(|[\w.]+\.(length|size|count)\b)|range\(.*len\([^)]*\)\s*\+\s*1",
     "The last index is one less than the length, so this reads one past the end."),
    ("sql-from-text", "critical",
     r"(?i)(f[\"'].*\b(select|insert|update|delete)\b.*\{|"
     r"[\"'].*\b(select|insert|update|delete)\b.*[\"']\s*(\+|%|\.format))",
     "SQL put together from text lets a value become SQL. Pass it as a parameter."),
    ("shell-from-text", "critical", r"shell\s*=\s*True|os\.system\(",
     "A shell sees this text. Pass a list of arguments, without a shell."),
    ("evaluated-text", "critical", r"(?<![\w.])eval\(", "`eval` runs whatever it is given."),
    ("mutable-default", "major", r"def \w+\(.*=\s*(\[\]|\{\})",
     "This default is made once and shared by every call."),
    ("debug-output", "minor", r"^\s*(print\(|console\.log\()",
     "This prints on every call. Use the log, or remove it."),
)
REMOVED_CHECK = re.compile(
    r"^\s*(if|guard|assert)\b.*(is None|is not None|not \w|[!=]==? ?(null|nil|None|undefined))")


def answer(body, schema):
    """The reply for a request: a value that fits the schema, or prose when none was asked for."""
    lines = read_hunk(_user_text(body))
    findings = review(lines)
    if schema is None:
        if not findings:
            return {"content": "Nothing to remark."}
        return {"content": "\n".join(
            f"- {one.last.label}: {one.comment}" for one in findings)}
    return {"value": _fill(schema, findings)}


def quote(body, schema, at_most=6):
    """Remarks on lines spread over the hunk, each with its line's digest: for checking places."""
    lines = read_hunk(_user_text(body))
    step = max(1, -(-len(lines) // at_most))
    return {"value": _fill(schema or {}, [
        Finding(f"quote-{number}", "minor", line, line, digest(line.text))
        for number, line in enumerate(lines[::step])])}


def digest(text):
    """What names a line in a remark, whatever characters it has: of its first 80 characters."""
    return hashlib.sha256(text[:80].encode("utf-8", "surrogatepass")).hexdigest()[:20]


def read_hunk(text):
    """Lines of the hunk in the text, with their numbers in the old and the new file."""
    labelled = [_labelled(found) for found in map(LABELLED.match, text.split("\n")) if found]
    return labelled or _plain(text)


def review(lines):
    findings = []
    for number, line in enumerate(lines):
        if line.sign == "+":
            for rule, severity, pattern, comment in PATTERNS:
                if re.search(pattern, line.text):
                    findings.append(Finding(rule, severity, line, line, comment))
            after = lines[number + 1] if number + 1 < len(lines) else None
            if re.search(r"^\s*except\b.*:", line.text) and after and after.sign == "+" \
                    and after.text.strip() == "pass":
                findings.append(Finding(
                    "swallowed-error", "major", line, after,
                    "What goes wrong here disappears without a trace. Log it or let it rise."))
        if line.sign == "-" and REMOVED_CHECK.search(line.text) and not any(
                other.sign == "+" and other.text.strip() == line.text.strip() for other in lines):
            findings.append(Finding(
                "removed-check", "major", line, line,
                "This check goes away and nothing in the hunk takes its place."))
    return findings


def _labelled(found):
    old, new, sign, text = found.groups()
    return Line(sign, old and int(old), new and int(new), text)


def _plain(text):
    lines, old, new, old_left, new_left = [], 0, 0, 0, 0
    for raw in text.split("\n"):
        if old_left <= 0 and new_left <= 0:
            header = HEADER.match(raw)
            if header:
                old, new = int(header[1]), int(header[3])
                old_left, new_left = int(header[2] or 1), int(header[4] or 1)
            continue
        sign = raw[:1] if raw[:1] in ("+", "-", "\\") else " "
        if sign == "\\":
            continue
        lines.append(Line(sign, None if sign == "+" else old, None if sign == "-" else new, raw[1:]))
        old, old_left = old + (sign != "+"), old_left - (sign != "+")
        new, new_left = new + (sign != "-"), new_left - (sign != "-")
    return lines


def _user_text(body):
    texts = []
    for message in body["messages"]:
        if message["role"] == "user":
            content = message["content"]
            texts.append(content if isinstance(content, str)
                         else "".join(part["text"] for part in content))
    return "\n".join(texts)


def _fill(schema, findings):
    """Puts the findings into the first list of objects the schema has; the rest is smallest."""
    value = smallest_value(schema) if schema else {"comments": []}
    if not isinstance(value, dict):
        return value
    for name, inner in (schema.get("properties") or {"comments": {}}).items():
        if inner.get("type") == "array" or name == "comments":
            item = inner.get("items", {})
            value[name] = [_as_object(one, item) for one in findings]
            break
    if "summary" in value and isinstance(value["summary"], str):
        value["summary"] = f"{len(findings)} remarks by fixed patterns."
    return value


def _as_object(finding, schema):
    known = {
        "first_line": finding.first.label, "last_line": finding.last.label,
        "line": finding.last.label, "rule": finding.rule, "severity": finding.severity,
        "comment": finding.comment, "body": finding.comment, "message": finding.comment,
        "side": "old" if finding.last.sign == "-" else "new",
    }
    properties = schema.get("properties")
    if not properties:
        return {key: known[key] for key in ("first_line", "last_line", "rule", "comment")}
    made = smallest_value(schema)
    for name, inner in properties.items():
        if name in known and (not inner.get("enum") or known[name] in inner["enum"]):
            made[name] = known[name]
            if inner.get("type") == "integer":
                made[name] = finding.last.old if finding.last.sign == "-" else finding.last.new
    return made
