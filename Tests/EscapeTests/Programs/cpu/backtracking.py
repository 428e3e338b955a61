"""Matches a pattern that takes twice as long with every character."""
import re


def main():
    re.match(r"(a|a)*b", "a" * 24)
    return ["ran on"]
