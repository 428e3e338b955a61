"""The examples of a Markdown page, as the comments before their blocks mark them.

    <!-- file: flows/hello/flow.yaml -->     the block is that file of the page's folder
    <!-- session -->                         the block is commands, each after `$ `, and what they print

A block is fenced, or indented by four spaces. What stands in the comment is no part of the page that a reader
sees. In a session, a line `…` stands for any lines, and `…` within a line for any text. Names of runs, times,
sizes and process numbers are compared as what they are, not by their digits. A session may end with `(exit 1)`,
which is then demanded; else every command but a piped one may end as it likes.
"""

import dataclasses
import re

MARKER = re.compile(r"^<!--\s*(file:\s*(?P<path>\S+)|(?P<session>session))\s*-->\s*$")
FENCE = re.compile(r"^(```|~~~)")
VARYING = [
    (re.compile(r"\b\d{6}-\d{6}-[0-9a-z]{4}\b"), "RUN"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s|min)\b"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)? (B|KiB|MiB)\b"), "SIZE"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+Z)?"), "MOMENT"),
]


class PageError(Exception):
    """A page's marks cannot be understood."""


@dataclasses.dataclass
class File:
    path: str
    text: str
    line: int


@dataclasses.dataclass
class Command:
    line: int
    command: str
    expected: list


def examples(text):
    """The files and commands of a page, in its order."""
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines):
        marker = MARKER.match(line)
        if line.startswith("<!--") and not marker:
            raise PageError(f"line {number + 1}: a comment that marks nothing: {line}")
        if not marker:
            continue
        start, block = block_after(lines, number + 1)
        if marker["session"]:
            found += commands(block, start)
        else:
            found.append(File(marker["path"], "\n".join(block) + "\n", start))
    return found


def block_after(lines, index):
    """The number of the first line (from 1) of the block that follows, and its lines."""
    while index < len(lines) and not lines[index].strip():
        index += 1
    if index < len(lines) and (fence := FENCE.match(lines[index])):
        for end in range(index + 1, len(lines)):
            if lines[end].startswith(fence[1]):
                return index + 2, lines[index + 1:end]
        raise PageError(f"line {index + 1}: the block does not end")
    end = index
    while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
        end += 1
    block = [line[4:] for line in lines[index:end]]
    while block and not block[-1]:
        block.pop()
    if not block:
        raise PageError(f"line {index + 1}: a block should follow the comment")
    return index + 1, block


def commands(block, start):
    found = []
    in_document = None
    for number, line in enumerate(block, start=start):
        if in_document is not None:
            found[-1].command += "\n" + line
            if line == in_document:
                in_document = None
        elif line.startswith("$ "):
            found.append(Command(number, line[2:], []))
            if document := re.search(r"<<\s*'?(\w+)'?", line):
                in_document = document[1]
        elif not found:
            raise PageError(f"line {number}: a session begins with a command after '$ '")
        else:
            found[-1].expected.append(line)
    return found


def alike(expected, printed):
    """Whether what was printed is what the page shows."""
    return match([plain(line) for line in strip(expected)], [plain(line) for line in strip(printed)])


def strip(lines):
    lines = list(lines)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def plain(line):
    for pattern, name in VARYING:
        line = pattern.sub(name, line)
    # Times stand in columns: how many blanks follow a text is not the page's business.
    return re.sub(r" {2,}(?=\S)", "  ", line.rstrip()) if line.strip() else ""


def match(expected, printed):
    if not expected:
        return not printed
    if expected[0].strip() == "…":
        return any(match(expected[1:], printed[skip:]) for skip in range(len(printed) + 1))
    if not printed:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("…"))
    return re.fullmatch(pattern, printed[0]) is not None and match(expected[1:], printed[1:])
