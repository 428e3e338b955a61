"""A strict reader of Prometheus' text format (version 0.0.4), which refuses what a lenient one lets pass."""

import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN")
ESCAPES = {"\\": "\\", '"': '"', "n": "\n"}


class FormatError(Exception):
    pass


class Family:
    def __init__(self, name, text):
        self.name, self.help, self.kind = name, text, None
        self.samples = []  # (name, labels, value)


def families(text):
    """The families by name, with every rule of the format checked."""
    if not text.endswith("\n"):
        raise FormatError("the last line has no end")
    found, current = {}, None
    for number, line in enumerate(text[:-1].split("\n"), 1):
        try:
            if line.startswith("# HELP "):
                name, _, words = line[7:].partition(" ")
                if not NAME.fullmatch(name) or name in found or not words:
                    raise FormatError("a HELP line that is wrong, or the second one")
                current = found[name] = Family(name, words)
            elif line.startswith("# TYPE "):
                name, _, kind = line[7:].partition(" ")
                if current is None or name != current.name or current.kind or current.samples:
                    raise FormatError("a TYPE line that does not follow its HELP line")
                if kind not in ("counter", "gauge", "histogram"):
                    raise FormatError(f"an unknown type '{kind}'")
                current.kind = kind
            else:
                add(current, *sample(line))
        except FormatError as error:
            raise FormatError(f"line {number}: {error}: {line}") from None
    for family in found.values():
        check(family)
    return found


def add(family, name, labels, value):
    if family is None or not family.kind:
        raise FormatError("a sample without HELP and TYPE before it")
    names = {family.name}
    if family.kind == "histogram":
        names = {family.name + end for end in ("_bucket", "_sum", "_count")}
    if name not in names:
        raise FormatError(f"a sample that does not belong to {family.name}")
    if any((name, labels) == (other, theirs) for other, theirs, _ in family.samples):
        raise FormatError("the same series twice")
    family.samples.append((name, labels, value))


def sample(line):
    match = NAME.match(line)
    if not match:
        raise FormatError("no name")
    place, labels = match.end(), {}
    if line[place:place + 1] == "{":
        place, labels = label_pairs(line, place + 1)
    if line[place:place + 1] != " " or not NUMBER.fullmatch(line[place + 1:]):
        raise FormatError("no number behind one blank")
    return match.group(), labels, float(line[place + 1:])


def label_pairs(line, place):
    labels = {}
    while True:
        match = LABEL.match(line, place)
        if not match or line[match.end():match.end() + 2] != '="':
            raise FormatError("a label that is none")
        name, place, value = match.group(), match.end() + 2, ""
        if name in labels:
            raise FormatError(f"label {name} twice")
        while line[place:place + 1] != '"':
            character = line[place:place + 1]
            if not character:
                raise FormatError("a label without end")
            if character == "\\":
                place += 1
                if line[place:place + 1] not in ESCAPES:
                    raise FormatError("an unknown escape")
                character = ESCAPES[line[place]]
            value, place = value + character, place + 1
        labels[name] = value
        place += 1
        if line[place:place + 1] == "}":
            return place + 1, labels
        if line[place:place + 1] != ",":
            raise FormatError("labels without a comma between")
        place += 1


def check(family):
    if not family.kind or not family.samples:
        raise FormatError(f"{family.name} has no type or no sample")
    if (family.kind == "counter") != family.name.endswith("_total"):
        raise FormatError(f"{family.name}: counters, and they alone, end with _total")
    keys = {frozenset(labels) - {"le"} for _, labels, _ in family.samples}
    if len(keys) != 1:
        raise FormatError(f"{family.name}: series with different labels")
    if family.kind == "counter" and any(value < 0 for _, _, value in family.samples):
        raise FormatError(f"{family.name}: a counter below zero")
    if family.kind == "histogram":
        for series in {frozenset(rest(labels).items()) for _, labels, _ in family.samples}:
            check_histogram(family, dict(series))


def rest(labels):
    return {name: value for name, value in labels.items() if name != "le"}


def check_histogram(family, labels):
    own = [(name, theirs, value) for name, theirs, value in family.samples if rest(theirs) == labels]
    buckets = [(float(theirs["le"]), value) for name, theirs, value in own if name.endswith("_bucket")]
    sums = [value for name, _, value in own if name.endswith("_sum")]
    counts = [value for name, _, value in own if name.endswith("_count")]
    if len(sums) != 1 or len(counts) != 1 or not buckets:
        raise FormatError(f"{family.name}{labels}: not one sum and one count")
    if buckets != sorted(buckets) or len({bound for bound, _ in buckets}) != len(buckets):
        raise FormatError(f"{family.name}{labels}: buckets out of order")
    values = [value for _, value in buckets]
    if values != sorted(values) or not math.isinf(buckets[-1][0]) or values[-1] != counts[0]:
        raise FormatError(f"{family.name}{labels}: buckets that do not add up")


def value(found, name, **labels):
    """The value of one series; 0 when it is not there."""
    for family in found.values():
        for sample_name, theirs, number in family.samples:
            if sample_name == name and theirs == {key: str(text) for key, text in labels.items()}:
                return number
    return 0
