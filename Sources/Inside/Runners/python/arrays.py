"""NumPy and pandas where a profile has them: fresh seeds, pages touched ahead, and values that are theirs."""

REMEDIES.update({
    "DataFrame": "use value.to_dict(orient='records')",
    "Series": "use value.to_dict() or value.tolist()",
    "Index": "use value.tolist()",
    "ExtensionArray": "use value.tolist()",
    "ndarray": "use value.tolist()",
    "datetime64": "use str(value)",
    "timedelta64": "use value / numpy.timedelta64(1, 's')",
    "Timestamp": "use value.isoformat()",
    "Timedelta": "use value.total_seconds()",
    "Period": "use str(value)",
    "Interval": "use str(value)",
    "NaTType": "use None where a time is missing",
    "NAType": "use None where a value is missing",
    "complexfloating": "use [value.real, value.imag]",
    "BaseGroupBy": "aggregate it first, as in value.sum()",
    "BaseWindow": "aggregate it first, as in value.mean()",
    "Resampler": "aggregate it first, as in value.sum()",
})

# The steps of a small script of each kind. They write the pages that a script of that kind would find
# shared with the zygote, which is most of what such a script costs.
WARM_TABLES = """
import io
import json
import numpy as np
import pandas as pd
def main(rows):
    numbers = np.arange(6.0)
    frame = pd.DataFrame(rows)
    frame['total'] = frame['count'] * frame['price']
    chosen = frame[frame['price'] > 12].sort_values('total')
    sums = frame.groupby('name', as_index=False)['total'].sum()
    both = frame.merge(sums, on='name', how='left')
    read = pd.read_csv(io.StringIO('day,value\\n2024-01-01,1.5\\n2024-01-02,\\n'), parse_dates=['day'])
    read['value'].fillna(0).mean()
    text = sums.to_json(orient='records')
    return {'rows': both.to_dict(orient='records'), 'sums': json.loads(text), 'chosen': len(chosen),
            'total': int(np.sum(frame['total'])), 'mean': float(numbers.mean())}
"""
WARM_ARRAYS = """
import numpy as np
def main(rows):
    table = np.array([[row['count'], row['price']] for row in rows], dtype=float)
    return {'product': (table @ table.T).tolist(), 'mean': float(table.mean(axis=0)[1])}
"""
warm_scripts = []
number_types = []  # (types, what makes a plain number of them)


def seed_arrays(seed):
    """The shared generator of NumPy; `default_rng()` asks the kernel by itself."""


def know_arrays():
    """Called when packages were loaded."""
    global seed_arrays
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return
    number_types.extend([(numpy.bool_, bool), (numpy.integer, int), (numpy.floating, float)])
    reseed, numbers = numpy.random.seed, numpy.frombuffer

    def seed_arrays(seed):
        # Backwards: the library's generator is of the same kind, and would give the same numbers.
        reseed(numbers(seed, dtype="uint32")[::-1])

    warm_scripts.append(WARM_TABLES if "pandas" in sys.modules else WARM_ARRAYS)


def missing_values_remedy():
    """How pandas makes null of them."""
    if "pandas" not in sys.modules:
        return ""
    return "; frame.astype(object).where(frame.notna(), None) makes it null"


def warm_packages():
    rows = b'{"rows":[{"name":"a","count":2,"price":15.5},{"name":"b","count":1,"price":12}]}'
    for text in warm_scripts:
        kind, payload = serve(b'{"file":"warm.py"}', text.encode(), [], rows, b"")
        if kind != RETURNED:
            raise RuntimeError(payload.decode())
