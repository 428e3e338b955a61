"""Leaves an object that nobody holds but the collector, and looks through all objects for one."""
import gc
import sys


class SluiceMark:
    pass


def main():
    found = ["object"] if any(type(each).__name__ == "SluiceMark" for each in gc.get_objects()) else []
    kept = SluiceMark()
    kept.itself = kept
    sys.sluice_kept = [kept]
    return found
