"""How GitLab numbers the lines of a diff, written from a description of its rules.

This is not how git numbers them. GitLab's reader drops a line that looks like a file header
(`--- a…`, `+++ b…`) unless the line before it was added, removed or a hunk header, and does not
count it: every later number of that hunk is then off by one. Positions are checked against these
numbers, because the real service does so.
"""

import functools
import re
from dataclasses import dataclass

FILE_HEADERS = (b"--- /dev/null", b"+++ /dev/null", b"--- a", b"+++ b", b"+++ a",
                b"--- /tmp/diffy", b"+++ /tmp/diffy")
OLD_NUMBER = re.compile(rb"-([0-9]*)")
NEW_NUMBER = re.compile(rb"\+([0-9]*)")


@dataclass(frozen=True)
class DiffLine:
    kind: str  # match, new, old, context, no-newline
    old_counter: int
    new_counter: int
    text: bytes

    @property
    def old_line(self):
        return self.old_counter if self.kind in ("old", "context") else None

    @property
    def new_line(self):
        return self.new_counter if self.kind in ("new", "context") else None


@functools.lru_cache(maxsize=64)
def read_diff_lines(patch):
    """Lines of one file's patch with GitLab's numbers, and the counters after the last one."""
    lines, old, new = [], 1, 1
    inside = False  # false at the start and after each context line
    for text in _pieces(patch):
        if not inside and text.startswith(FILE_HEADERS):
            continue
        if text.startswith(b"@@ -"):
            inside = True
            old = int(OLD_NUMBER.search(text).group(1) or 0)
            new = int(NEW_NUMBER.search(text).group(1) or 0)
            if old > 1 or new > 1:
                lines.append(DiffLine("match", old, new, text))
            continue
        if text.startswith(b"\\"):
            inside = True
            lines.append(DiffLine("no-newline", old, new, text))
            continue
        kind = {b"+": "new", b"-": "old"}.get(text[:1], "context")
        inside = kind != "context"
        lines.append(DiffLine(kind, old, new, text))
        old += kind != "new"
        new += kind != "old"
    return lines, old, new


def find_line(patch, old_line, new_line, old_blob):
    """The line whose pair of numbers is exactly this one, or None.

    `old_blob` (bytes, or None for a file that is new or deleted) lets unchanged lines outside the
    hunks be found, as GitLab unfolds them; for those both numbers must be given.
    """
    if old_line is None and new_line is None:
        return None
    lines, old_end, new_end = read_diff_lines(patch)
    if not lines:
        return None
    for line in reversed(lines):
        if line.kind in ("old", "new", "context") and \
                (line.old_line, line.new_line) == (old_line, new_line):
            return line
    if old_blob is None or old_line is None or new_line is None:
        return None
    return _unfolded(lines, old_line, new_line, (old_end, new_end), old_blob)


def _unfolded(lines, old_line, new_line, end, old_blob):
    count = old_blob.count(b"\n") + (not old_blob.endswith(b"\n") and old_blob != b"")
    if not 1 <= old_line <= count:
        return None
    previous_end = 1
    for line in lines:
        if line.kind == "match":
            if previous_end <= old_line < line.old_counter:
                offset = line.new_counter - line.old_counter
                return _pair(old_line, new_line, offset)
        else:
            previous_end = line.old_counter + (line.kind in ("old", "context"))
    if old_line >= end[0]:
        return _pair(old_line, new_line, end[1] - end[0])
    return None


def _pair(old_line, new_line, offset):
    if new_line != old_line + offset:
        return None
    return DiffLine("context", old_line, new_line, b"")


def _pieces(patch):
    """Lines end at line feeds and nowhere else."""
    pieces = patch.split(b"\n")
    if pieces[-1] == b"":
        pieces.pop()
    return pieces
