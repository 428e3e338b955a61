"""Whether GitLab would accept a comment's position, computed from the real diff."""

import hashlib
import re

from standins.diff_lines import find_line
from standins.parameters import Refused

LINE_CODE = re.compile(r"[a-z0-9]+_\d+_\d+")
NO_LINE_CODE = 'line_code{arrow}["can\'t be blank", "must be a valid line code"]'
INCOMPLETE = 'position{arrow}["is incomplete"]'


def refuse_note(settings, *complaints):
    """The 400 of a note that is not valid. Newer Ruby prints hashes another way."""
    if settings["ruby_3_4_messages"]:
        text = ", ".join(one.replace("{arrow}", ": ") for one in complaints)
    else:
        text = ", ".join(":" + one.replace("{arrow}", "=>") for one in complaints)
    raise Refused(400, {"message": "400 Bad request - Note {" + text + "}"})


def line_code(path, line):
    return f"{hashlib.sha1(path).hexdigest()}_{line.old_counter}_{line.new_counter}"


def check_position(position, merge_request, settings):
    """Raises Refused when the position is not a place in one of the merge request's diffs."""
    old_path, new_path = position.get("old_path"), position.get("new_path")
    if not old_path and not new_path:
        refuse_note(settings, NO_LINE_CODE, INCOMPLETE)
    if not old_path or not new_path:
        raise Refused(400, {"error": "stand-in: send both position[old_path] and position[new_path]"})
    version = merge_request.version_with(
        position["base_sha"], position["start_sha"], position["head_sha"])
    entry = version and merge_request.file_with(version, old_path, new_path)
    kind = position["position_type"]
    if kind == "file":
        _check_file_position(position, entry, settings)
        return
    if kind == "image" or any(key in position for key in ("width", "height", "x", "y")):
        refuse_note(settings, INCOMPLETE)
    if "old_line" not in position and "new_line" not in position:
        refuse_note(settings, NO_LINE_CODE, INCOMPLETE)
    if entry is None or not merge_request.find_line(version, entry, position):
        refuse_note(settings, NO_LINE_CODE)
    if "line_range" in position:
        _check_range(position, version, entry, merge_request, settings)


def _check_file_position(position, entry, settings):
    if settings["old_version"]:
        raise Refused(400, {"error": "position[position_type] does not have a valid value"})
    if any(key in position for key in ("old_line", "new_line", "line_range")):
        raise Refused(400, {"error": "stand-in: a position of type file has no lines"})
    if entry is None:
        refuse_note(settings, INCOMPLETE)


def _check_range(position, version, entry, merge_request, settings):
    """Both ends need a line code that names a line of this file; the note hangs on the end."""
    span = position["line_range"]
    ends = []
    for name in ("start", "end"):
        given = span.get(name, {})
        code = given.get("line_code", "")
        line = merge_request.line_with_code(version, entry, code)
        if not LINE_CODE.fullmatch(code) or line is None:
            refuse_note(settings, NO_LINE_CODE)
        if given.get("type") not in (None, "expanded") and \
                (given["type"] == "new") != (line.kind == "new"):
            raise Refused(400, {"error": f"stand-in: line_range[{name}][type] does not fit its line"})
        for key, true in (("old_line", line.old_line), ("new_line", line.new_line)):
            if key in given and given[key] != true:
                raise Refused(
                    400, {"error": f"stand-in: line_range[{name}][{key}] does not fit its line code"})
        ends.append(line)
    if (ends[1].old_line, ends[1].new_line) != (position.get("old_line"), position.get("new_line")):
        raise Refused(400, {"error": "stand-in: the range does not end at the position's line"})
    first = (ends[0].old_counter, ends[0].new_counter)
    if first > (ends[1].old_counter, ends[1].new_counter):
        raise Refused(400, {"error": "stand-in: the range ends before it starts"})


def find(patch, position, old_blob):
    return find_line(patch, position.get("old_line"), position.get("new_line"), old_blob)
