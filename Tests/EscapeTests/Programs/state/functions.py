"""Changes functions that the next run uses."""
import json
import math


def main():
    found = ["factorial"] if math.factorial(5) != 120 else []
    if json.loads("1") != 1:
        found.append("loads")
    math.factorial = lambda number: 0
    json.loads = lambda text: "changed"
    return found
