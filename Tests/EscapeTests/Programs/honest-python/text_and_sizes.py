"""Large input, every plane of Unicode, deep but honest nesting."""
import json
import re
import sys


def main(rows, text, **rest):
    assert len(rows) == 20000 and rows[-1]["id"] == 19999
    assert sum(row["amount"] for row in rows) == 20000 * 19999 // 2 * 2
    assert text == "Grüße, мир, 世界, 🌍, e\u0301, \u202eabc, \u0000, \U0010ffff"
    assert len(text.encode()) > len(text) and text.casefold() and text[::-1]
    assert re.findall(r"\w+", text)[:3] == ["Grüße", "мир", "世界"]
    assert rest == {"extra": None}
    print("über", "\U0001f30d", file=sys.stderr)
    nested = []
    for _ in range(100):
        nested = [nested]
    groups = {}
    for row in rows:
        groups.setdefault(row["id"] % 7, []).append(row["name"])
    assert json.loads(json.dumps(groups))["6"][0] == "name 6"
    return {"nested": nested, "text": text, "big": 2 ** 63 - 1, "small": -(2 ** 63), "float": 0.1,
            "groups": {key: len(value) for key, value in groups.items()}, "none": None}
