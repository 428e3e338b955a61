"""Leaves a variable in the environment, in Python and in C."""
import os


def main():
    found = [name for name in os.environ if name.startswith("SLUICE_MARK")]
    os.environ["SLUICE_MARK"] = "1"
    return found
