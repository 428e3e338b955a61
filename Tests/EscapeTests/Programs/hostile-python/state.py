"""Leaves marks wherever a next run could find them, and says which it found."""
import builtins
import gc
import json
import math
import os
import random
import sys


def main():
    found = []
    for name, where in (("builtins", builtins), ("json", json), ("sys", sys), ("os", os)):
        if hasattr(where, "sluice_mark"):
            found.append(name)
        where.sluice_mark = True
    if "sluice_mark" in sys.modules:
        found.append("modules")
    sys.modules["sluice_mark"] = math
    if "sluice_mark" in globals():
        found.append("globals")
    globals()["sluice_mark"] = True
    if "SLUICE_MARK" in os.environ:
        found.append("environment")
    os.environ["SLUICE_MARK"] = "1"
    if math.factorial(5) != 120 or len([1]) != 1:
        found.append("functions")
    math.factorial = lambda number: 0
    builtins.len = lambda value: 7
    if any(isinstance(each, str) and each == "sluice" + "-secret-of-a-run" for each in gc.get_objects()):
        found.append("heap")
    return {"found": found, "random": random.random(), "urandom": os.urandom(8).hex()}
