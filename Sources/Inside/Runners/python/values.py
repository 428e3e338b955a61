"""From what `main` returned to JSON text, or to an error that names the path."""

import json
import math


class Refused(Exception):
    """A value that JSON cannot hold; the message begins with its path."""


class TooLarge(Exception):
    """A value that is larger or nested deeper than the step may return."""


# What to return instead, for the types people return by mistake; looked up by name along the MRO.
REMEDIES = {
    "set": "use sorted(value) or list(value)",
    "frozenset": "use sorted(value) or list(value)",
    "bytes": "use value.decode() or base64.b64encode(value).decode()",
    "bytearray": "use value.decode() or base64.b64encode(value).decode()",
    "memoryview": "use value.tolist()",
    "datetime": "use value.isoformat()",
    "date": "use value.isoformat()",
    "time": "use value.isoformat()",
    "timedelta": "use value.total_seconds()",
    "Decimal": "use str(value) or float(value)",
    "Fraction": "use str(value) or float(value)",
    "complex": "use [value.real, value.imag]",
    "UUID": "use str(value)",
    "PurePath": "use str(value)",
    "Enum": "use value.value",
    "deque": "use list(value)",
    "array": "use value.tolist()",
    "range": "use list(value)",
    "generator": "use list(value)",
    "map": "use list(value)",
    "filter": "use list(value)",
    "zip": "use list(value)",
    "enumerate": "use list(value)",
    "dict_keys": "use list(value)",
    "dict_values": "use list(value)",
    "dict_items": "use dict(value)",
    "mappingproxy": "use dict(value)",
    "UserDict": "use dict(value)",
    "ChainMap": "use dict(value)",
    "coroutine": "await it first",
    "async_generator": "use [item async for item in value]",
    "Match": "use value.group()",
    "Pattern": "use value.pattern",
    "BaseException": "use str(value)",
    "Future": "await it first",
}
SCALARS = frozenset((str, int, float, bool, type(None)))

scan_once = json.JSONDecoder().scan_once


def decode_json(text):
    """The value of compact JSON, as the supervisor writes it: no space around it."""
    value, end = scan_once(text, 0)
    if end != len(text):
        raise ValueError(f"something follows the JSON value at {end}")
    return value


def not_ordinary(value):
    raise TypeError(type(value).__name__)


# The C encoder itself, which nothing a script does to the json module can reach: no marks for cycles
# (the depth is bounded before), no spaces, no NaN.
encode_parts = json.encoder.c_make_encoder(
    None, not_ordinary, json.encoder.c_encode_basestring, None, ":", ",", False, False, False)
encode_text = json.encoder.c_encode_basestring_ascii


def encode_json(value):
    return "".join(encode_parts(value, 0))


def member(path, key):
    """The path of a member, as JavaScript writes it."""
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{encode_text(key)}]"


def shown(path):
    return path if len(path) <= 400 else f"{path[:400]}…"


def is_ordinary(value, limit, depth):
    """Whether only exact dicts with text keys, lists, tuples and scalars are inside, level by level.

    The check is what lets the C encoder do the work. Raises TooLarge.
    """
    level = [] if type(value) in SCALARS else [value]
    count = levels = 0
    while level:
        levels += 1
        if levels > depth:
            return False
        below = []
        for one in level:
            kind = type(one)
            if kind is dict:
                if not set(map(type, one)) <= {str}:
                    return False
                below += [item for item in one.values() if type(item) not in SCALARS]
            elif kind is list or kind is tuple:
                below += [item for item in one if type(item) not in SCALARS]
            else:
                return False
            count += len(one)
            if count * 2 > limit:
                raise TooLarge(f"the value is larger than {limit} bytes")
        level = below
    return True


class Normalizer:
    """Makes an ordinary value of one that is not, naming the path of what cannot be."""

    def __init__(self, limit, depth, lenient):
        self.limit = limit
        self.depth = depth
        self.lenient = lenient
        self.open = []

    def normalize(self, value, path="$"):
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            return self.text(str.__str__(value), path)
        if isinstance(value, int):
            return self.integer(int(value), path)
        if isinstance(value, float):
            return self.number(float(value), path)
        if isinstance(value, (dict, list, tuple)):
            return self.container(value, path)
        for types, plain in number_types:
            if isinstance(value, types) and type(value).__name__ != "timedelta64":
                return self.normalize(plain(value), path)
        if self.lenient:
            return self.text(str(value), path)
        return self.refuse(value, path)

    def text(self, value, path):
        self.limit -= len(value) + 2
        if self.limit < 0:
            raise TooLarge("the value is larger than this step may return")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Refused(f"{shown(path)} holds a lone surrogate, {value[error.start]!r}, which is no valid text") from None
        return value

    def integer(self, value, path):
        try:
            int.__repr__(value)
        except ValueError as error:
            raise Refused(f"{shown(path)} has too many digits: {error}") from None
        return value

    def number(self, value, path):
        if not math.isfinite(value):
            name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            raise Refused(f"{shown(path)} is {name}; JSON has no such number{missing_values_remedy()}")
        return value

    def container(self, value, path):
        if any(value is one for one in self.open):
            raise Refused(f"{shown(path)} refers back to an object that contains it")
        if len(self.open) >= self.depth:
            raise TooLarge(f"the value is nested deeper than {self.depth} levels, at {shown(path)}")
        self.limit -= 2 * len(value)
        if self.limit < 0:
            raise TooLarge("the value is larger than this step may return")
        self.open.append(value)
        if isinstance(value, dict):
            copy = {}
            for key, item in value.items():
                name = self.key(key, path)
                if name in copy:
                    raise Refused(f"{shown(path)} has two keys that both become {encode_text(name)}")
                copy[name] = self.normalize(item, member(path, name))
        else:
            copy = [self.normalize(item, f"{path}[{index}]") for index, item in enumerate(value)]
        self.open.pop()
        return copy

    def key(self, key, path):
        """Text keys, and the scalars that json.dumps makes text of."""
        if isinstance(key, str):
            return self.text(str.__str__(key), path)
        for types, plain in number_types:
            if isinstance(key, types):
                key = plain(key)
        if key is None or key is True or key is False or isinstance(key, (int, float)):
            return encode_json(self.normalize(key, path)).strip('"')
        if self.lenient:
            return self.text(str(key), path)
        raise Refused(f"{shown(path)} has a key of type {type(key).__name__}; use text keys")

    def refuse(self, value, path):
        kind = type(value)
        remedy = next((REMEDIES[base.__name__] for base in kind.__mro__ if base.__name__ in REMEDIES), None)
        if remedy is None and hasattr(kind, "__dataclass_fields__"):
            remedy = "use dataclasses.asdict(value)"
        if remedy is None and callable(value):
            remedy = "return what it returns"
        raise Refused(f"{shown(path)} is of type {kind.__name__}; {remedy or 'make it a dict, list, text or number'}")


def result_bytes(value, limit, depth, lenient=False):
    """The value as UTF-8 JSON. Raises Refused or TooLarge, and MemoryError."""
    text = None
    if is_ordinary(value, limit, depth):
        try:
            text = encode_json(value)
            encoded = text.encode()
        except (ValueError, RecursionError):  # NaN, or a lone surrogate
            text = None
    if text is None:
        encoded = encode_json(Normalizer(limit, depth, lenient).normalize(value)).encode()
    if len(encoded) > limit:
        raise TooLarge(f"the value is larger than {limit} bytes")
    return encoded
