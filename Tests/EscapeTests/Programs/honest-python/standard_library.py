"""A tour of what scripts use; every line must hold, and no call may be refused."""
import base64
import binascii
import bisect
import calendar
import collections
import copy
import csv
import dataclasses
import difflib
import enum
import fnmatch
import fractions
import functools
import gzip
import hashlib
import heapq
import hmac
import html
import html.parser
import io
import ipaddress
import itertools
import json
import logging
import lzma
import math
import operator
import pickle
import pprint
import random
import re
import secrets
import shlex
import statistics
import string
import struct
import textwrap
import types
import typing
import unicodedata
import urllib.parse
import uuid
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib


@dataclasses.dataclass(frozen=True, order=True)
class Point:
    x: int
    y: int = 0


class Colour(enum.Enum):
    RED = "red"


def main():
    assert base64.b64decode(base64.b64encode(b"\x00\xff")) == b"\x00\xff"
    assert binascii.hexlify(b"ab") == b"6162"
    assert bisect.bisect([1, 2, 3], 2) == 2
    assert calendar.monthrange(2024, 2)[1] == 29
    assert collections.Counter("aab").most_common(1) == [("a", 2)]
    assert copy.deepcopy({"a": [1]}) == {"a": [1]}
    assert list(csv.DictReader(io.StringIO("a,b\n1,2\n"))) == [{"a": "1", "b": "2"}]
    assert Point(1) < Point(2) and dataclasses.asdict(Point(1)) == {"x": 1, "y": 0}
    assert list(difflib.unified_diff(["a"], ["b"]))[-1] == "+b"
    assert Colour("red") is Colour.RED and fnmatch.fnmatch("a.py", "*.py")
    assert fractions.Fraction(1, 3) + fractions.Fraction(2, 3) == 1
    assert functools.reduce(operator.mul, range(1, 6)) == 120
    assert gzip.decompress(gzip.compress(b"x" * 1000)) == b"x" * 1000
    assert lzma.decompress(lzma.compress(b"x" * 1000)) == b"x" * 1000
    assert zlib.crc32(b"hello") == 907060870
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        assert hashlib.new(name, b"x").digest() != hashlib.new(name, b"y").digest()
    assert hashlib.sha256(b"").hexdigest().startswith("e3b0c442")
    assert hmac.compare_digest(hmac.new(b"k", b"m", "sha256").digest(), hmac.digest(b"k", b"m", "sha256"))
    assert len(hashlib.scrypt(b"p", salt=b"s", n=16, r=1, p=1)) == 64
    assert heapq.nsmallest(2, [3, 1, 2]) == [1, 2]
    assert html.unescape("&lt;&eacute;") == "<é" and html.escape("<") == "&lt;"
    assert ipaddress.ip_address("10.0.0.1").is_private
    assert list(itertools.combinations("abc", 2))[-1] == ("b", "c")
    assert json.loads(json.dumps({"ü": [1.5, None, True]})) == {"ü": [1.5, None, True]}
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("honest").info("to the log")
    assert math.isclose(math.sqrt(2) ** 2, 2) and math.comb(5, 2) == 10
    assert pickle.loads(pickle.dumps({"a": Point(1, 2)}))["a"] == Point(1, 2)
    assert pprint.pformat({"b": 1}) == "{'b': 1}"
    assert random.Random(7).random() == random.Random(7).random() and 0 <= random.random() < 1
    assert re.sub(r"(?P<a>\d+)", lambda found: str(int(found["a"]) + 1), "a9") == "a10"
    assert len(secrets.token_hex(8)) == 16 and shlex.split("a 'b c'") == ["a", "b c"]
    assert statistics.median([3, 1, 2]) == 2 and string.Template("$a").substitute(a=1) == "1"
    assert struct.unpack("<I", struct.pack("<I", 7)) == (7,)
    assert textwrap.dedent("  a\n  b") == "a\nb" and types.SimpleNamespace(a=1).a == 1
    assert typing.get_type_hints(Point)["x"] is int
    assert unicodedata.normalize("NFC", "e\u0301") == "é" and unicodedata.name("ß").startswith("LATIN")
    assert urllib.parse.urlencode({"a": "ü b"}) == "a=%C3%BC+b"
    assert urllib.parse.urlsplit("https://x.y/z?a=1#f").query == "a=1"
    assert uuid.uuid4() != uuid.uuid4() and uuid.uuid5(uuid.NAMESPACE_DNS, "a").version == 5
    tree = ElementTree.fromstring("<a><b c='1'>ü</b></a>")
    assert tree.find("b").get("c") == "1" and tree.find("b").text == "ü"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "ü")
    assert zipfile.ZipFile(buffer).read("a.txt").decode() == "ü"

    class Reader(html.parser.HTMLParser):
        links = []

        def handle_starttag(self, tag, attributes):
            self.links.append(dict(attributes).get("href"))

    Reader().feed("<a href='x'>")
    assert Reader.links == ["x"]
    return "ok"
