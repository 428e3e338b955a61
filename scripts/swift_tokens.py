"""Splits Swift source into words and signs, without comments and the text of strings.

What stands inside `\\( )` of a string is code and stays. A raw identifier (a name in backticks) is
one token that begins with a backtick, so that a test's name is never taken for words of the language.
"""

import re
from typing import NamedTuple

WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
STRING_START = re.compile(r'(#*)("""|")')


class Token(NamedTuple):
    text: str
    line: int


def tokens(source):
    """Every token of `source` in order."""
    found = []
    _read_code(source, 0, found, closing=None)
    return [Token(text, source.count("\n", 0, place) + 1) for text, place in found]


def _read_code(source, place, found, closing):
    """Reads code from `place` to the bracket `closing` that is not of the code's own; answers where it ended."""
    depth = 0
    while place < len(source):
        character = source[place]
        if source.startswith("//", place):
            end = source.find("\n", place)
            place = len(source) if end < 0 else end
        elif source.startswith("/*", place):
            place = _after_comment(source, place)
        elif character == "`":
            end = source.find("`", place + 1)
            end = len(source) if end < 0 else end
            found.append((source[place:end], place))
            place = end + 1
        elif match := STRING_START.match(source, place):
            place = _after_string(source, match, found)
        elif match := WORD.match(source, place):
            found.append((match.group(), place))
            place = match.end()
        else:
            if character == "(":
                depth += 1
            elif character == ")":
                if depth == 0 and closing == ")":
                    return place + 1
                depth -= 1
            if not character.isspace():
                found.append((character, place))
            place += 1
    return place


def _after_comment(source, place):
    """Comments nest in Swift."""
    depth = 0
    while place < len(source):
        if source.startswith("/*", place):
            depth += 1
            place += 2
        elif source.startswith("*/", place):
            depth -= 1
            place += 2
            if depth == 0:
                return place
        else:
            place += 1
    return place


def _after_string(source, match, found):
    hashes, quote = match.groups()
    end = quote + hashes
    escape = "\\" + hashes
    place = match.end()
    while place < len(source):
        if source.startswith(end, place):
            return place + len(end)
        if source.startswith(escape + "(", place):
            place = _read_code(source, place + len(escape) + 1, found, closing=")")
        elif source.startswith(escape, place):
            place += len(escape) + 1
        elif quote == '"' and source[place] == "\n":
            return place
        else:
            place += 1
    return place
