"""Breaks everything that the runner could use after main, then returns an honest value."""
import builtins
import io
import json
import os
import sys
import traceback


def main():
    def broken(*arguments, **named):
        raise RuntimeError("poisoned")

    json.dumps = lambda *a, **k: '{"forged": true}'
    json.JSONEncoder.encode = broken
    json.JSONEncoder.iterencode = broken
    json.encoder.encode_basestring_ascii = broken
    json.encoder.c_make_encoder = None
    os.write = broken
    traceback.format_exception = broken
    sys.excepthook = broken
    sys.stdout = sys.stderr = None
    sys.settrace(lambda *a: None)
    for name in ("isinstance", "type", "len", "str", "repr", "print", "open", "id", "getattr"):
        setattr(builtins, name, broken)
    return {"honest": [1, 2, {"three": "drei"}]}
