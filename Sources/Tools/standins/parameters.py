"""Parameters of the GitLab API, checked and refused the way its API layer words it.

The real service ignores unknown parameters. The stand-in refuses them: a client that sends one
is wrong about the API.
"""

import re


class Refused(Exception):
    """A reply that ends the request: status and body, both as the service sends them."""

    def __init__(self, status, body, headers=None):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def integer(value):
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    return None


def text(value):
    return value if isinstance(value, str) else None


def boolean(value):
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}.get(value)


def one_of(*choices):
    def check(value):
        return value if value in choices else None

    check.is_choice = True
    return check


def mapping(**members):
    def check(value):
        return value if isinstance(value, dict) else None

    check.members = members
    return check


def required(kind):
    def check(value):
        return kind(value)

    check.__dict__.update(getattr(kind, "__dict__", {}))
    check.is_required = True
    return check


PAGING = {"page": integer, "per_page": integer}
LINE_END = mapping(line_code=text, type=one_of("new", "old", "expanded"), old_line=integer,
                   new_line=integer)
POSITION = mapping(
    base_sha=required(text), start_sha=required(text), head_sha=required(text),
    position_type=required(one_of("text", "image", "file")),
    new_path=text, new_line=integer, old_path=text, old_line=integer,
    width=integer, height=integer, x=integer, y=integer,
    line_range=mapping(start=LINE_END, end=LINE_END),
)


def check_parameters(given, allowed, where=""):
    """The checked values; null counts as absent for what is optional.

    Raises Refused(400) naming every missing and every invalid parameter in one message.
    """
    values, complaints = {}, []
    for name in given:
        if name not in allowed:
            raise Refused(400, {"error": f"stand-in: unknown parameter '{_named(where, name)}'"})
    for name, kind in allowed.items():
        full = _named(where, name)
        if name not in given:
            if getattr(kind, "is_required", False):
                complaints.append(f"{full} is missing")
            continue
        if given[name] is None and not getattr(kind, "is_required", False):
            continue
        value = kind(given[name])
        if value is None:
            wrong = "does not have a valid value" if hasattr(kind, "is_choice") else "is invalid"
            complaints.append(f"{full} {wrong}")
            continue
        if hasattr(kind, "members"):
            value = check_parameters(value, kind.members, full)
        values[name] = value
    if complaints:
        raise Refused(400, {"error": ", ".join(complaints)})
    return values


def _named(where, name):
    return f"{where}[{name}]" if where else name
