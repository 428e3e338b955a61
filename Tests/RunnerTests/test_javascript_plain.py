"""Plain JavaScript scripts: how main is found and called, what its value becomes."""

import unittest

from runner_support import OUT_OF_MEMORY, RunnerCase, run_javascript


class Calling(RunnerCase):
    def test_every_usual_way_to_give_main(self):
        for source in (
            "function main({a}) { return a + 1 }",
            "const main = ({a}) => a + 1",
            "let main; main = function ({a}) { return a + 1 }",
            "async function main({a}) { return a + 1 }",
            "export default function ({a}) { return a + 1 }",
            "export default async ({a}) => a + 1;",
            "export function main({a}) { return a + 1 }",
            "export const main = ({a}) => a + 1",
            "function run({a}) { return a + 1 }\nexport { run as main }",
            "module.exports = ({a}) => a + 1",
            "exports.main = ({a}) => a + 1",
            "module.exports = { main({a}) { return a + 1 } }",
            "#!/usr/bin/env node\n'use strict'\nfunction main({a}) { return a + 1 } // the end",
        ):
            with self.subTest(source):
                self.returns(run_javascript(source, {"a": 4}), 5)

    def test_no_main_is_an_error_that_says_what_to_write(self):
        self.raises(run_javascript("let x = 1"), "TypeError", "no function 'main'", "function main(")
        self.raises(run_javascript(""), "TypeError", "no function 'main'")
        self.raises(run_javascript("const main = [1]"), "TypeError", "'main' is an array")

    def test_an_input_that_is_no_object_is_an_error(self):
        self.raises(run_javascript("function main(x) { return x }", [1]), "TypeError", "must be a JSON object")

    def test_plain_scripts_are_sloppy_and_strict_ones_strict(self):
        body = "function main() { return (function () { return this === undefined })() }"
        self.returns(run_javascript(body), False)
        self.returns(run_javascript(f"'use strict';\n{body}"), True)
        self.returns(run_javascript(f"export {body}"), True)

    def test_await_works_outside_functions(self):
        self.returns(run_javascript("const x = await Promise.resolve(4)\nfunction main() { return x }"), 4)

    def test_timers_run_until_main_settles(self):
        source = """
async function main() {
  const order = [];
  setTimeout(() => order.push(2), 8);
  setTimeout(() => { order.push(1); Promise.resolve().then(() => order.push("m")); }, 2);
  setInterval(() => {}, 1);
  await new Promise((done) => setTimeout(done, 20));
  return order;
}"""
        self.returns(run_javascript(source), [1, "m", 2])

    def test_a_promise_that_nothing_can_settle_is_an_error(self):
        self.raises(run_javascript("async function main() { await new Promise(() => {}) }"), "Error", "nothing can settle")

    def test_input_objects_are_of_the_scripts_own_realm(self):
        source = "function main({a}) { return [a instanceof Array, a[0] instanceof Object, Array.isArray(a)] }"
        self.returns(run_javascript(source, {"a": [{}]}), [True, True, True])

    def test_console_writes_the_log_readably(self):
        outcome = run_javascript("""
console.log("hello", {a: 1, b: [1, "x", {c: {d: {}}}]}, [1, , 3], null, undefined, -0, 10n, () => 1);
console.info("%s has %d of %j", "x", 3, {k: 1}); console.error("wrong"); console.warn(new Map([[1, new Set("a")]]));
const loop = {}; loop.loop = loop; console.log(loop);
function main() {}""")
        self.assertEqual(outcome.stdout, "hello { a: 1, b: [ 1, 'x', { c: [Object] } ] } [ 1, <1 empty item>, 3 ] null undefined -0 10n [Function (anonymous)]\n"
                         "x has 3 of {\"k\":1}\n<ref *1> { loop: [Circular *1] }\n")
        self.assertEqual(outcome.stderr, "wrong\nMap(1) { 1 => Set(1) { 'a' } }\n")

    def test_logging_hostile_objects_neither_throws_nor_hangs(self):
        outcome = run_javascript("""
function main() {
  console.log(new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } }), { get x() { throw 3 } }, Object.create(null));
  console.log(Array.from({ length: 1e5 }, () => ({ deep: { a: "x".repeat(100) } })).length, { toString() { throw 1 } });
  let deep = {}; for (let i = 0; i < 1e4; i++) deep = { deep }; console.log(deep); return 1;
}""")
        self.returns(outcome, 1)

    def test_random_numbers_differ_by_seed_and_stay_in_range(self):
        source = "function main() { const a = Array.from({length: 1000}, Math.random); return [a[0], a.every((x) => x >= 0 && x < 1), new Set(a).size] }"
        first, second = (run_javascript(source, seed=n).payload for n in (1, 2))
        self.assertNotEqual(first[0], second[0])
        self.assertEqual([first[1:], second[1:]], [[True, 1000]] * 2)


class Values(RunnerCase):
    def value(self, text, **options):
        return run_javascript(f"function main() {{ return {text} }}", **options)

    def test_undefined_becomes_null_wherever_it_stands(self):
        self.returns(self.value("undefined"), None)
        self.returns(self.value("{a: undefined, b: [undefined, , null]}"), {"a": None, "b": [None, None, None]})

    def test_plain_objects_follow_json_stringify(self):
        self.returns(self.value("[new Date(0), {toJSON: () => 7}, new Number(1), new String('s'), -0, 1e21, {[Symbol('x')]: 1}]"),
                     ["1970-01-01T00:00:00.000Z", 7, 1, "s", 0, 1e21, {}])
        self.returns(self.value("new (class A { constructor() { this.x = 1 } get y() { return 2 } })"), {"x": 1})
        self.returns(self.value("Object.assign(Object.create(null), {['__proto__']: {a: 1}})"), {"__proto__": {"a": 1}})
        self.returns(self.value("Buffer.from('hi')"), {"type": "Buffer", "data": [104, 105]})
        self.returns(self.value("new Proxy([1, {a: 2}], {})"), [1, {"a": 2}])

    def test_what_json_cannot_hold_is_named_with_its_path_and_a_remedy(self):
        cases = {
            "{items: [0, 0, 0, {price: NaN}]}": ("$.items[3].price is NaN",),
            "-Infinity": ("$ is -Infinity",),
            "{'a b': 10n}": ('$["a b"] is a BigInt', "Number(value)"),
            "[new Map()]": ("$[0] is a Map", "Object.fromEntries"),
            "new Set()": ("is a Set", "Array.from"),
            "[async () => 1].map((f) => f())": ("$[0] is a Promise; await it first",),
            "{f() {}}": ("$.f is a function",),
            "[Symbol('s')]": ("$[0] is a symbol",),
            "new Date(NaN)": ("$ is an invalid date",),
            "new Error('x')": ("$ is an Error", "error.message"),
            "new Uint8Array(2)": ("$ is a typed array", "Array.from"),
            "[1].values()": ("is an iterator",),
            "/x/": ("is a RegExp",),
        }
        for text, words in cases.items():
            with self.subTest(text):
                self.raises(self.value(text), "TypeError", "cannot become JSON", *words)

    def test_a_cycle_is_named_and_a_shared_object_is_none(self):
        self.raises(run_javascript("function main() { const a = {}; a.x = [a]; return a }"), "TypeError", "$.x[0] refers back")
        self.returns(run_javascript("function main() { const a = {}; return [a, a] }"), [{}, {}])

    def test_getters_and_traps_that_throw_are_the_scripts_errors(self):
        self.raises(self.value("{get x() { throw new RangeError('boo') }}"), "RangeError", "boo", line=1)
        self.raises(self.value("new Proxy({}, {ownKeys() { throw 'no' }})"), "string", "no")

    def test_lone_surrogates_become_the_replacement_character(self):
        self.returns(self.value(r"'a\ud83d'"), "a\ufffd")

    def test_depth_and_size_count_as_output(self):
        nested = "function main() {{ let a = []; for (let i = 0; i < {}; i++) a = [a]; return a }}"
        self.assertEqual(run_javascript(nested.format(127)).kind, 1)
        self.exceeds(run_javascript(nested.format(128)), "deeper than 128")
        self.exceeds(run_javascript(nested.format(100_000)), "deeper than 128")
        self.exceeds(self.value("'é'.repeat(40)", output=50), "larger than 50 bytes")
        self.exceeds(self.value("new Array(1e9)"), "larger than")
        self.exceeds(run_javascript("function main() { let a = []; for (let i = 0; i < 60; i++) a = [a, a]; return a }"), "larger than")

    def test_a_large_value_survives_unchanged(self):
        items = [{"id": i, "name": f"näme {i}", "values": [i / 3, None, True]} for i in range(12_000)]
        self.returns(run_javascript("function main({items}) { return {items} }", {"items": items}), {"items": items})

    def test_integers_are_javascripts_numbers(self):
        self.returns(run_javascript("function main({n}) { return n }", {"n": 2**53 + 1}), 2**53)


class Robustness(RunnerCase):
    def test_a_script_that_breaks_the_intrinsics_still_gets_its_result(self):
        source = """
for (const name of Object.getOwnPropertyNames(Array.prototype)) { if (name !== "constructor") Array.prototype[name] = null; }
JSON.stringify = JSON.parse = Object.keys = Object.getPrototypeOf = Reflect.apply = null;
Promise.prototype.then = Function.prototype.call = Function.prototype.apply = null;
String.prototype.isWellFormed = Map.prototype.get = Array.isArray = null;
Object.prototype.get = Object.prototype.set = () => { throw 1 };
Array.prototype[Symbol.iterator] = null;
globalThis.Object = globalThis.Map = globalThis.Promise = globalThis.undefinedThing = null;
Object.defineProperty = 1;
function main() { return {a: [1, {b: "x"}]} }"""
        self.returns(run_javascript(source.replace("Object.defineProperty = 1;\n", "")), {"a": [1, {"b": "x"}]})

    def test_prototype_pollution_reaches_the_value_only_as_javascript_says(self):
        source = "Object.prototype.polluted = 1; Object.prototype.toJSON = undefined; function main() { return {a: {}} }"
        self.returns(run_javascript(source), {"a": {}})

    def test_recursion_without_end_is_an_error_of_the_script(self):
        outcome = run_javascript("function f() { return f() + 1 }\nfunction main() { return f() }")
        self.raises(outcome, "RangeError", "call stack", line=1)
        self.assertIn("times more", outcome.payload["traceback"])

    def test_running_out_of_memory_has_its_own_kind(self):
        outcome = run_javascript("function main() { let x = 'x'; for (;;) x += x; }")
        self.assertEqual(outcome.kind, OUT_OF_MEMORY, outcome)
        self.assertEqual(outcome.payload["line"], 1)

    def test_nothing_of_the_runner_lies_on_the_global_object(self):
        source = "function main() { return Object.getOwnPropertyNames(globalThis).filter((name) => /sluice|host|runner|job|realm/i.test(name)) }"
        self.returns(run_javascript(source), [])


if __name__ == "__main__":
    unittest.main()
