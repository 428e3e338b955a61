"""What differs between runs: every source of chance."""

import random
import uuid

import numpy as np
import pandas as pd


def main():
    return [np.random.rand(), float(np.random.default_rng().random()), int(np.random.randint(1 << 62)),
            pd.Series(range(1 << 20)).sample(1).item(), float(np.random.RandomState().rand()),
            random.random(), str(uuid.uuid4())]
