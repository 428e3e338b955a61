"""Leaves the state of generators of random numbers, for the next run to have the same."""
import random


def main():
    found = ["seed"] if getattr(random, "sluice_seed", None) is not None else []
    random.seed(7)
    random.sluice_seed = random.getstate()
    return found
