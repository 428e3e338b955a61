"""Plain Python scripts: how main is called, what it may use, what its value becomes."""

import unittest

from runner_support import OUT_OF_MEMORY, RunnerCase, run_python


class Calling(RunnerCase):
    def test_members_of_the_input_become_arguments_by_name(self):
        self.returns(run_python("def main(a, b):\n    return [a, b]", {"b": 2, "a": 1, "unused": 3}), [1, 2])

    def test_defaults_keyword_only_and_positional_only_parameters_are_filled(self):
        source = "def main(a, b=5, /, c=6, *rest, d, e=7):\n    return [a, b, c, list(rest), d, e]"
        self.returns(run_python(source, {"a": 1, "d": 4}), [1, 5, 6, [], 4, 7])

    def test_double_star_takes_every_other_member(self):
        self.returns(run_python("def main(a, **rest):\n    return rest", {"a": 1, "b": 2, "c-d": 3}), {"b": 2, "c-d": 3})

    def test_a_missing_parameter_is_named_with_the_line_of_main(self):
        outcome = run_python("x = 1\n\ndef main(a, b):\n    pass", {"a": 1})
        self.raises(outcome, "TypeError", "main needs 'b'", "it has: a", line=3)

    def test_callables_that_are_no_functions_work(self):
        self.returns(run_python("import functools\ndef f(a, b):\n    return a + b\nmain = functools.partial(f, b=2)", {"a": 1}), 3)
        self.returns(run_python("class M:\n    def __call__(self, a):\n        return a\nmain = M()", {"a": 1}), 1)

    def test_an_async_main_is_awaited(self):
        source = ("import asyncio\nasync def one(n):\n    await asyncio.sleep(0.001)\n    return n\n"
                  "async def main(n):\n    return await asyncio.gather(*[one(i) for i in range(n)])")
        self.returns(run_python(source, {"n": 3}), [0, 1, 2])

    def test_asyncio_run_works_inside_a_plain_main(self):
        self.returns(run_python("import asyncio\ndef main():\n    return asyncio.run(asyncio.sleep(0, 5))"), 5)

    def test_waiting_for_what_can_never_happen_is_an_error(self):
        outcome = run_python("import asyncio\nasync def main():\n    await asyncio.Future()")
        self.raises(outcome, "RuntimeError", "can never happen")

    def test_sockets_and_threads_still_work_with_asyncio_where_the_profile_has_them(self):
        source = """
import asyncio, socket, time
async def main():
    loop, (a, b) = asyncio.get_running_loop(), socket.socketpair()
    a.setblocking(False), b.setblocking(False)
    await loop.sock_sendall(a, b"hi")
    slept = await asyncio.to_thread(lambda: time.sleep(0.01) or "slept")
    return [(await loop.sock_recv(b, 9)).decode(), slept]
"""
        self.returns(run_python(source), ["hi", "slept"])

    def test_no_main_is_an_error_that_says_what_to_write(self):
        self.raises(run_python("x = 1"), "TypeError", "no function 'main'", "def main")
        self.raises(run_python(""), "TypeError", "no function 'main'")
        self.raises(run_python("main = 5"), "TypeError", "'main' is of type int")

    def test_an_input_that_is_no_object_is_an_error(self):
        self.raises(run_python("def main(x):\n    pass", [1]), "TypeError", "must be a JSON object")

    def test_the_main_guard_does_not_run(self):
        self.returns(run_python("def main():\n    return 1\nif __name__ == '__main__':\n    raise SystemExit(main())"), 1)

    def test_integers_of_any_length_keep_their_digits(self):
        self.returns(run_python("def main(n):\n    return [n, n * 10]", {"n": 2**80}), [2**80, 2**80 * 10])

    def test_print_goes_to_the_log_in_order_and_nothing_is_lost(self):
        outcome = run_python("import sys, os\ndef main():\n    print('é😀', end='')\n    print(1, file=sys.stderr)\n    sys.stdout.write('x')")
        self.assertEqual((outcome.stdout, outcome.stderr), ("é😀x", "1\n"))

    def test_what_was_printed_before_an_error_is_kept(self):
        self.assertEqual(run_python("print('before')\n1 / 0").stdout, "before\n")

    def test_standard_input_is_empty(self):
        self.raises(run_python("def main():\n    return input()"), "EOFError", line=2)


class Values(RunnerCase):
    def value(self, text, **options):
        return run_python(f"import collections, dataclasses, datetime, decimal, enum, uuid\ndef main():\n    return {text}", **options)

    def test_none_numbers_text_lists_tuples_and_dicts(self):
        self.returns(self.value("[None, True, 1, -2.5, 'ü\\u2028😀', (1, [2]), {'a': {}}]"), [None, True, 1, -2.5, "ü\u2028😀", [1, [2]], {"a": {}}])
        self.returns(run_python("def main():\n    pass"), None)

    def test_dict_and_text_subclasses_are_what_they_hold(self):
        self.returns(self.value("[collections.OrderedDict(a=1), collections.Counter('aa'), collections.defaultdict(list, k=[1])]"),
                     [{"a": 1}, {"a": 2}, {"k": [1]}])
        self.returns(self.value("[enum.IntEnum('I', 'A').A, enum.StrEnum('S', 'B').B, collections.namedtuple('N', 'x')(7)]"), [1, "b", [7]])

    def test_scalar_keys_become_text_as_json_dumps_does_it(self):
        self.returns(self.value("{1: 'a', None: 'b', True: 'c', 1.5: 'd'} | {2: 'e'}"), {"1": "c", "null": "b", "1.5": "d", "2": "e"})

    def test_what_json_cannot_hold_is_named_with_its_path_and_a_remedy(self):
        cases = {
            "{'items': [0, 0, 0, {'price': float('nan')}]}": ("$.items[3].price is NaN",),
            "float('-inf')": ("$ is -Infinity",),
            "{'a b': {1}}": ('$["a b"] is of type set', "sorted(value)"),
            "b'x'": ("of type bytes", "value.decode()"),
            "[datetime.date(2024, 1, 1)]": ("$[0] is of type date", "isoformat"),
            "decimal.Decimal('1')": ("of type Decimal", "str(value)"),
            "uuid.uuid4()": ("of type UUID", "str(value)"),
            "enum.Enum('E', 'A').A": ("of type E", "value.value"),
            "(x for x in [])": ("of type generator", "list(value)"),
            "dataclasses.make_dataclass('P', ['x'])(1)": ("of type P", "dataclasses.asdict"),
            "main": ("of type function",),
            "object()": ("of type object",),
            "{(1, 2): 3}": ("$ has a key of type tuple",),
            "{1: 1, '1': 2}": ('two keys that both become "1"',),
            "'\\ud83d'": ("lone surrogate",),
            "10 ** 5000": ("too many digits",),
        }
        for text, words in cases.items():
            with self.subTest(text):
                self.raises(self.value(text), "TypeError", "cannot become JSON", *words)

    def test_a_cycle_is_named(self):
        self.raises(run_python("def main():\n    a = {}\n    a['x'] = [a]\n    return a"), "TypeError", "$.x[0] refers back")

    def test_depth_and_size_count_as_output(self):
        nested = "def main():\n    a = []\n    for _ in range({}):\n        a = [a]\n    return a"
        self.assertEqual(run_python(nested.format(127)).kind, 1)
        self.exceeds(run_python(nested.format(128)), "deeper than 128")
        self.exceeds(run_python(nested.format(100_000)), "deeper than 128")
        self.exceeds(run_python("def main():\n    return 'é' * 40", output=50), "larger than 50 bytes")
        self.exceeds(run_python("def main():\n    a = []\n    for _ in range(60):\n        a = [a, a]\n    return a"), "larger than")

    def test_a_large_value_survives_unchanged(self):
        items = [{"id": i, "name": f"näme {i}", "values": [i / 3, None, True]} for i in range(12_000)]
        self.returns(run_python("def main(items):\n    return {'items': items}", {"items": items}), {"items": items})

    def test_an_async_result_of_a_plain_main_is_awaited_too(self):
        self.returns(run_python("async def f():\n    return 3\ndef main():\n    return f()"), 3)


class Robustness(RunnerCase):
    def test_a_script_that_breaks_builtins_and_json_still_gets_its_result(self):
        source = """
import builtins, inspect, io, json, sys, traceback
def main():
    json.dumps = json.loads = json.JSONEncoder.default = json.encoder.INFINITY = None
    builtins.len = builtins.isinstance = builtins.type = builtins.print = None
    traceback.TracebackException = inspect.isawaitable = None
    sys.stdout = sys.stderr = None
    sys.modules.clear()
    return {'a': [1, {'b': (2,)}]}
"""
        self.returns(run_python(source), {"a": [1, {"b": [2]}]})

    def test_recursion_without_end_is_an_error_of_the_script(self):
        outcome = run_python("def f(n):\n    return f(n + 1)\ndef main():\n    return f(0)")
        self.raises(outcome, "RecursionError", line=2)

    def test_a_raised_recursion_limit_is_honoured(self):
        source = "import sys\nsys.setrecursionlimit(30000)\ndef f(n):\n    return n and f(n - 1)\ndef main():\n    return f(20000)"
        self.returns(run_python(source), 0)

    def test_running_out_of_memory_has_its_own_kind(self):
        outcome = run_python("x = 1\ndef main():\n    return [0] * 10 ** 14")
        self.assertEqual(outcome.kind, OUT_OF_MEMORY, outcome)
        self.assertEqual(outcome.payload["line"], 3)

    def test_generators_differ_by_seed(self):
        source = "import random, secrets, uuid\ndef main():\n    return [random.random(), str(uuid.uuid1()), secrets.token_hex(4)]"
        first, second = (run_python(source, seed=bytes([n]) * 64).payload for n in (1, 2))
        self.assertTrue(all(a != b for a, b in zip(first, second)))


if __name__ == "__main__":
    unittest.main()
