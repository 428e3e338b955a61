"""The kind of work a node does: group, join, clean, diff, template."""
import collections
import functools
import re
import sqlite3
import string


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@functools.cache
def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns] for row in self.rows])


def main():
    database = sqlite3.connect(":memory:")
    database.execute("create table orders (customer text, amount real)")
    database.executemany("insert into orders values (?, ?)", [("a", 1), ("b", 2), ("a", 3)])
    totals = dict(database.execute("select customer, sum(amount) from orders group by 1 order by 1"))
    assert totals == {"a": 4.0, "b": 2.0}
    assert slug("  Hello, Wörld! ") == "hello-w-rld" and fibonacci(80) == 23416728348467685
    assert (Matrix([[1, 2], [3, 4]]) @ Matrix([[0, 1], [1, 0]])).rows == [[2, 1], [4, 3]]
    words = collections.Counter(re.findall(r"\w+", "the cat and the hat and the bat"))
    assert words.most_common(2) == [("the", 3), ("and", 2)]
    match {"kind": "order", "items": [1, 2]}:
        case {"kind": "order", "items": [first, *_]}:
            assert first == 1
        case _:
            return "no match"
    sieve = bytearray([1]) * 200000
    for number in range(2, 448):
        if sieve[number]:
            sieve[number * number::number] = bytes(len(range(number * number, 200000, number)))
    assert sum(sieve[2:]) == 17984
    assert sorted(range(100000), key=lambda number: -number)[0] == 99999
    exec(compile("made = sum(range(10))", "made", "exec"), space := {})
    assert space["made"] == 45 and eval("1 + 1") == 2
    assert string.Formatter().format("{0:>5}", "x") == "    x"
    return "ok"
