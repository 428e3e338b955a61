"""Splits a merge request's diffs into hunks whose every line has a position GitLab can take.

Works on bytes and cuts lines at line feeds only. Inside a hunk the first byte of a line decides
what it is, and the header's counts decide where the hunk ends: a removed `-- comment` is a
removed line, whatever it looks like. What cannot be reviewed is listed with its reason; a hunk
that does not keep what its header promises is listed too, never guessed at.
"""

import hashlib
import re

HEADER = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
SUBMODULE = "160000"
LONGEST_SHOWN_LINE = 500

# GitLab's reader takes these for file headers when the line before was context, and does not
# count them: after one, its numbers in that hunk differ from git's.
LIKE_A_FILE_HEADER = (b"--- /dev/null", b"+++ /dev/null", b"--- a", b"+++ b", b"+++ a",
                      b"--- /tmp/diffy", b"+++ /tmp/diffy")


class BrokenHunk(Exception):
    pass


def main(diffs, diff_refs, lines_at_once=120, bytes_at_once=12_000, most_hunks=200,
         most_bytes=2_500_000):
    files = diffs.get("diffs", []) if isinstance(diffs, dict) else diffs
    hunks, skipped, seen = [], [], {}
    for file in files:
        paths = (file["old_path"], file["new_path"])
        if seen.get(paths) == file:
            continue  # A page that moved while it was read shows a file twice.
        reason = reason_to_skip(file)
        if paths in seen:
            reason = "its type changed: GitLab takes comments only on what went"
        seen.setdefault(paths, file)
        if reason:
            skipped.append(skip(file, reason))
            continue
        read, broken = read_patch(to_bytes(file["diff"]))
        if not read and not broken:
            skipped.append(skip(file, "no hunk in the diff"))
        skipped.extend(skip(file, text) for text in broken)
        for header, lines in read:
            number_like_gitlab(header, lines)
            pieces = cut(lines, lines_at_once, bytes_at_once)
            for number, piece in enumerate(pieces, 1):
                hunks.append(describe(file, diff_refs, header, piece, number, len(pieces)))
    kept = within(hunks, most_hunks, most_bytes)
    if kept < len(hunks):
        print(f"{len(hunks)} hunks, of which {kept} are reviewed")
        skipped.extend(
            {"old_path": one["old_path"], "new_path": one["new_path"],
             "reason": f"beyond the first {kept} hunks: {one['header']}"} for one in hunks[kept:])
        del hunks[kept:]
    return {"hunks": hunks, "skipped": skipped, "counts": {
        "files": len(files), "hunks": len(hunks), "skipped": len(skipped)}}


def within(hunks, most_hunks, most_bytes):
    """How many hunks fit into one review."""
    size = 0
    for number, hunk in enumerate(hunks[:most_hunks]):
        size += sum(len(line["text"]) + 100 for line in hunk["lines"])
        if size > most_bytes and number > 0:
            return number
    return min(len(hunks), most_hunks)


def reason_to_skip(file):
    """Why a file has nothing to review, or None. Flags that old versions leave out are false."""
    patch = file.get("diff") or ""
    if file.get("too_large"):
        return "too large for GitLab to show"
    if file.get("collapsed") and not patch:
        return "collapsed by GitLab"
    if file.get("generated_file"):
        return "generated file"
    if SUBMODULE in (file.get("a_mode"), file.get("b_mode")):
        return "submodule"
    if not patch.strip():
        if file.get("renamed_file"):
            return "renamed without a change"
        if file.get("a_mode") != file.get("b_mode") and not (
                file.get("new_file") or file.get("deleted_file")):
            return "only its mode changed"
        return "no text in the diff"
    if patch.lstrip().startswith(("Binary files ", "GIT binary patch")):
        return "binary"
    return None


def skip(file, reason):
    return {"old_path": file["old_path"], "new_path": file["new_path"], "reason": reason}


def to_bytes(text):
    return text.encode("utf-8", "surrogatepass")


def to_text(data):
    return data.decode("utf-8", "surrogatepass")


def read_patch(patch):
    """Hunks as (header match, lines), and what is wrong with the others, in words.

    Before the first hunk anything may stand: file headers, or nothing.
    """
    pieces = patch.split(b"\n")
    if pieces[-1] == b"":
        pieces.pop()
    hunks, broken, at = [], [], 0
    while at < len(pieces):
        header = HEADER.match(pieces[at])
        at += 1
        if header is None:
            # Stands between hunks: `\ No newline`, or what was before the first one.
            if hunks and pieces[at - 1] and not pieces[at - 1].startswith(b"\\"):
                broken.append(f"text outside a hunk: {to_text(pieces[at - 1][:60])!r}")
                break
            continue
        try:
            lines, at = read_hunk(header, pieces, at)
            hunks.append((header, lines))
        except BrokenHunk as fault:
            broken.append(f"broken hunk {to_text(header[0])}: {fault}")
            at = next_header(pieces, at)
    return hunks, broken


def read_hunk(header, pieces, at):
    """The lines that the header promises, and where the next thing begins."""
    old, new = int(header[1]), int(header[3])
    old_left, new_left = count(header[2]), count(header[4])
    lines = []
    while old_left or new_left:
        if at == len(pieces):
            raise BrokenHunk(f"it ends {max(old_left, new_left)} lines early")
        piece = pieces[at]
        first = piece[:1]
        at += 1
        if first == b"\\":
            continue
        if first == b"@" and HEADER.match(piece):
            raise BrokenHunk(f"it ends {max(old_left, new_left)} lines early")
        kind = {b"+": "added", b"-": "removed"}.get(first, "context")
        old_left -= kind != "added"
        new_left -= kind != "removed"
        if old_left < 0 or new_left < 0:
            raise BrokenHunk("it has more lines than its header says")
        # An empty piece is a blank context line whose space was trimmed away.
        content = piece[1:] if first in (b"+", b"-", b" ") else piece
        lines.append({
            "n": len(lines) + 1, "kind": kind, "raw": piece, "content": content,
            "old": None if kind == "added" else old, "new": None if kind == "removed" else new,
            "counters": (old, new),
        })
        old += kind != "added"
        new += kind != "removed"
    return lines, at


def count(text):
    return 1 if text is None else int(text)


def next_header(pieces, at):
    while at < len(pieces) and not HEADER.match(pieces[at]):
        at += 1
    return at


def number_like_gitlab(header, lines):
    """Adds `gitlab`: the counters GitLab's reader has at each line, None for a line it drops."""
    old, new, after_context = int(header[1]), int(header[3]), False
    for line in lines:
        if after_context and line["raw"].startswith(LIKE_A_FILE_HEADER):
            line["gitlab"] = None
            continue
        line["gitlab"] = (old, new)
        after_context = line["kind"] == "context"
        old += line["kind"] != "added"
        new += line["kind"] != "removed"


def cut(lines, lines_at_once, bytes_at_once):
    """Pieces small enough for one question, cut before a blank context line where one is near."""
    pieces, start = [], 0
    while start < len(lines):
        end, size = start, 0
        while end < len(lines) and end - start < lines_at_once and (
                size < bytes_at_once or end == start):
            size += min(len(lines[end]["content"]), LONGEST_SHOWN_LINE) + 14
            end += 1
        if end < len(lines):
            end = good_place(lines, start, end)
        piece = lines[start:end]
        # A piece without a change has nothing to review.
        if any(line["kind"] != "context" for line in piece):
            pieces.append(piece)
        start = end
    return pieces


def good_place(lines, start, end):
    for place in range(end, max(start + (end - start) * 2 // 3, start + 1), -1):
        if lines[place - 1]["kind"] == "context" and not lines[place - 1]["content"].strip():
            return place
    return end


def describe(file, diff_refs, header, lines, number, of):
    old_path, new_path = file["old_path"], file["new_path"]
    name = hashlib.sha1(to_bytes(new_path or old_path)).hexdigest()
    span = piece_header(header, lines) if of > 1 else to_text(header.string)
    shown = [shape(line) for line in lines]
    digest = hashlib.sha256(b"\0".join(
        [to_bytes(new_path), to_bytes(old_path), to_bytes(span), *(one["raw"] for one in lines)]))
    return {
        "id": digest.hexdigest()[:20], "old_path": old_path, "new_path": new_path,
        "header": span, "part": {"number": number, "of": of},
        "position": {
            "position_type": "text", "base_sha": diff_refs["base_sha"],
            "start_sha": diff_refs["start_sha"], "head_sha": diff_refs["head_sha"],
            "old_path": old_path, "new_path": new_path},
        "line_code": name, "text": model_text(file, span, shown, number, of), "lines": shown,
    }


def shape(line):
    """A line as the next nodes see it.

    `old` and `new` are git's numbers; the hunk's `line_code`, `_` and `code` are GitLab's name for
    the line. `sure` says that GitLab numbers it as git does; else `gitlab` has its numbers, null
    for a line it drops.
    """
    shaped = {
        "n": line["n"], "kind": line["kind"], "old": line["old"], "new": line["new"],
        "text": to_text(line["content"]), "code": None, "sure": False,
    }
    if line["gitlab"] is None:
        return {**shaped, "gitlab": None}
    old, new = line["gitlab"]
    shaped["code"] = f"{old}_{new}"
    theirs = {"old": None if line["kind"] == "added" else old,
              "new": None if line["kind"] == "removed" else new}
    if theirs == {"old": line["old"], "new": line["new"]}:
        return {**shaped, "sure": True}
    return {**shaped, "gitlab": theirs}


def piece_header(header, lines):
    old, new = lines[0]["counters"]
    old_count = sum(line["kind"] != "added" for line in lines)
    new_count = sum(line["kind"] != "removed" for line in lines)
    rest = to_text(header.string[header.end():])
    return f"@@ -{old},{old_count} +{new},{new_count} @@{rest}"


def model_text(file, header, lines, number, of):
    """What the model reads: each line behind the labels it may be named by."""
    what = file["new_path"]
    if file.get("renamed_file"):
        what += f" (renamed from {file['old_path']})"
    elif file.get("new_file"):
        what += " (new file)"
    elif file.get("deleted_file"):
        what += " (deleted file)"
    head = [f"File: {what}", header]
    if of > 1:
        head.append(f"(part {number} of {of} of this hunk)")
    widest_old = max(len(str(line["old"] or "")) for line in lines) + 1
    widest_new = max(len(str(line["new"] or "")) for line in lines) + 1
    signs = {"added": "+", "removed": "-", "context": " "}
    body = []
    for line in lines:
        old = "" if line["old"] is None else f"o{line['old']}"
        new = "" if line["new"] is None else f"n{line['new']}"
        text = line["text"]
        if len(text) > LONGEST_SHOWN_LINE:
            text = f"{text[:LONGEST_SHOWN_LINE]}… ({len(text) - LONGEST_SHOWN_LINE} more characters)"
        body.append(f"{old:<{widest_old}} {new:<{widest_new}} | {signs[line['kind']]}{text}")
    return "\n".join(head + body) + "\n"
