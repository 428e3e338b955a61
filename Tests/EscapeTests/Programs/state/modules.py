"""Leaves marks in modules, for the next run to find."""
import builtins
import json
import os
import sys

PLACES = {"builtins": builtins, "json": json, "os": os, "sys": sys}


def main():
    found = [name for name, place in PLACES.items() if hasattr(place, "sluice_mark")]
    for place in PLACES.values():
        place.sluice_mark = True
    if "sluice_marked" in sys.modules:
        found.append("sys.modules")
    sys.modules["sluice_marked"] = os
    return found
