"""`style: n8n` in both languages: the scope of a Code node and what becomes of its value."""

import unittest

from runner_support import RunnerCase, run_javascript, run_python

ITEMS = [{"json": {"a": 1}}, {"json": {"a": 2}}]
CONTEXT = {
    "items": ITEMS,
    "nodes": {"Fetch data": [{"json": {"v": 9}, "pairedItem": {"item": 0}}, {"json": {"v": 8}}], "Empty": []},
    "workflow": {"name": "Flow", "id": "w1"}, "vars": {"key": "value"},
}


def step(source, mode="all", context=CONTEXT, **more):
    return run_javascript(source, style="n8n", mode=mode, context=context, **more)


def python_step(source, mode="all", context=CONTEXT):
    return run_python(source, style="n8n", mode=mode, context=context)


class Scope(RunnerCase):
    def test_input_items_in_every_form(self):
        for text in ("$input.all()", "items", "$items()", "[$input.first(), $input.last()]", "[$input.item, items[1]]", "[$input.itemMatching(0), $items()[1]]"):
            with self.subTest(text):
                self.returns(step(f"return {text}"), ITEMS)

    def test_names_of_the_scope_may_be_declared_again(self):
        self.returns(step("const items = $input.all(); let item = items[0], $json = 5; var helpers; return [item]"), ITEMS[:1])

    def test_other_nodes_are_read(self):
        source = """const out = {
  first: $('Fetch data').first().json.v, last: $("Fetch data").last().json.v, all: $('Fetch data').all().length,
  item: $('Fetch data').item.json.v, matching: $('Fetch data').itemMatching(1).json.v, executed: $('Fetch data').isExecuted,
  absent: $('Nope').isExecuted, legacy: $node["Fetch data"].json.v, items: $items("Fetch data").length };
return out"""
        self.returns(step(source), [{"json": {"first": 9, "last": 8, "all": 2, "item": 9, "matching": 8, "executed": True,
                                              "absent": False, "legacy": 9, "items": 2}}])
        self.raises(step("return $('Nope').all()"), "ExpressionError", "doesn't exist", "Fetch data", line=1)
        self.raises(step("return $('Empty').first()"), "ExpressionError", "No execution data available")

    def test_metadata_and_helpers(self):
        source = """const data = $getWorkflowStaticData('global'); data.n = (data.n ?? 0) + 1;
$execution.customData.set("k", 5);
return { wf: $workflow.name, vars: $vars.key, env: Object.keys($env), n: data.n, run: $runIndex, index: $itemIndex, value: $json.a,
  custom: $execution.customData.get("k"), now: $now.isValid, today: $today.hour, iso: DateTime.fromISO("2024-01-31").plus({ months: 1 }).toISODate(),
  self: typeof this.helpers.httpRequest, same: this === globalThis && global === globalThis, crypto: typeof require("crypto").createHash }"""
        self.returns(step(source), [{"json": {"wf": "Flow", "vars": "value", "env": [], "n": 1, "run": 0, "index": 0, "value": 1, "custom": "5",
                                              "now": True, "today": 0, "iso": "2024-02-29", "self": "function", "same": True, "crypto": "function"}}])

    def test_top_level_await_and_sloppy_mode(self):
        self.returns(step("undeclared = await Promise.resolve(3); return { undeclared }"), [{"json": {"undeclared": 3}}])

    def test_binary_helpers_work_without_network_and_requests_say_so(self):
        source = "const b = await this.helpers.prepareBinaryData(Buffer.from('hi'), 'a.txt', 'text/plain'); return [{ json: { n: b.fileSize }, binary: { data: b } }]"
        outcome = step(source)
        self.assertEqual(outcome.payload[0]["binary"]["data"]["data"], "aGk=")
        context = {"items": [{"json": {}, "binary": {"data": {"data": "aGk="}}}]}
        self.returns(step("return { t: (await this.helpers.getBinaryDataBuffer(0, 'data')).toString() }", context=context), [{"json": {"t": "hi"}}])
        self.raises(step("return await this.helpers.httpRequest({})"), "Error", "helpers.httpRequest is not available")

    def test_each_mode_sees_one_item_at_a_time(self):
        source = "return { a: $json.a, item: item.json.a, input: $input.item.json.a, index: $itemIndex, other: $('Fetch data').item.json.v }"
        self.returns(step(source, "each"), [
            {"json": {"a": 1, "item": 1, "input": 1, "index": 0, "other": 9}, "pairedItem": {"item": 0}},
            {"json": {"a": 2, "item": 2, "input": 2, "index": 1, "other": 8}, "pairedItem": {"item": 1}}])

    def test_an_input_without_context_is_one_item(self):
        self.returns(run_javascript("return $input.all()", {"x": 1}, style="n8n"), [{"json": {"x": 1}}])
        self.returns(run_python("return _items", {"x": 1}, style="n8n"), [{"json": {"x": 1}}])


class Values(RunnerCase):
    def test_all_items_mode(self):
        cases = {
            "return null": [], "return []": [], "return { json: { x: 1 } }": [{"json": {"x": 1}}], "return { x: 1 }": [{"json": {"x": 1}}],
            "return [{ x: 1 }, { y: 2 }]": [{"json": {"x": 1}}, {"json": {"y": 2}}], "return { json: null }": [{"json": {"json": None}}],
            "return [{ binary: { f: {} }, k: 1 }]": [{"json": {"k": 1}, "binary": {"f": {}}}],
            "return [{ json: { x: 1 }, pairedItem: 0, binary: {} }]": [{"json": {"x": 1}, "pairedItem": 0, "binary": {}}],
            "return { u: undefined, n: NaN, f() {}, d: new Date(0) }": [{"json": {"n": None, "d": "1970-01-01T00:00:00.000Z"}}],
        }
        for source, value in cases.items():
            with self.subTest(source):
                self.returns(step(source), value)

    def test_all_items_mode_refuses_with_n8ns_words(self):
        cases = {
            "": "Code doesn't return items properly", "return 5": "Code doesn't return items properly", "return 'x'": "Please return an array of objects",
            "return [1]": "Code doesn't return items properly", "return [{}, null]": "Code doesn't return items properly",
            "return [{ json: 5 }]": "A 'json' property isn't an object", "return [{ json: {}, binary: 1 }]": "A 'binary' property isn't an object",
            "return [{ json: {}, x: 1 }]": "Invalid output format", "return [{ json: {} }, { x: 1 }]": "Unknown top-level item key: x",
        }
        for source, words in cases.items():
            with self.subTest(source):
                self.raises(step(source), "ValidationError", words)

    def test_each_item_mode(self):
        self.returns(step("return $json.a === 1 ? null : { x: 1 }", "each"), [{"json": {"x": 1}, "pairedItem": {"item": 1}}])
        self.returns(step("", "each"), [])
        self.returns(step("return { json: { x: 1 }, foo: 1, binary: {} }", "each", {"items": ITEMS[:1]}),
                     [{"json": {"x": 1}, "binary": {}, "pairedItem": {"item": 0}}])
        self.raises(step("return 5", "each"), "ValidationError", "A 'json' property isn't an object")
        self.raises(step("return []", "each"), "ValidationError", "Code doesn't return a single object", "An empty array was returned.")
        self.raises(step("return [{}]", "each"), "ValidationError", "An array of objects was returned.", "Run Once for All Items")
        self.raises(step("const x = 1;\nreturn $input.all()", "each"), "ValidationError", "Can't use .all() here", line=2)

    def test_cycles_and_bigint_raise_with_their_path(self):
        self.raises(step("const a = {}; a.a = a; return a"), "TypeError", "$[0].json.a refers back")
        self.raises(step("return { n: 1n }"), "TypeError", "$[0].json.n is a BigInt")

    def test_errors_carry_n8ns_hints_and_places(self):
        self.raises(step("\nreturn item"), "ReferenceError", "`item` is not defined. Did you mean `$input.item.json`? [line 2]", line=2)
        self.raises(step("return items", "each"), "ReferenceError", "Did you mean `$input.all()`?", "[line 1, for item 0]", line=1)
        self.raises(step("if ($itemIndex) {\n  null.x }\nreturn {}", "each"), "TypeError", "[line 2, for item 1]", line=2)
        self.raises(step("const x = {\n"), "SyntaxError", "'{' is never closed", line=1)


class DateTimes(RunnerCase):
    def test_the_part_of_luxon_that_code_nodes_use(self):
        source = """const { DateTime, Duration, Interval } = require('luxon');
const t = DateTime.fromISO('2024-03-10T12:30:45.678Z', { zone: 'America/New_York' });
function main() { return [
  t.toISO(), t.setZone('Asia/Seoul').toISO(), t.toUTC().toISO(), t.toFormat("yyyy-LL-dd HH:mm:ss 'at' ccc d MMMM h a"), t.startOf('month').toISODate(),
  t.endOf('day').toISO(), t.minus({ weeks: 1, hours: 2 }).toISO(), t.plus({ months: 11 }).toISODate(), t.weekNumber, t.weekday, t.ordinal,
  DateTime.fromISO('2024-05-01').diff(DateTime.fromISO('2024-01-15'), ['months', 'days']).toObject(),
  DateTime.fromISO('2024-01-02').diff(DateTime.fromISO('2024-01-01'), 'hours').hours, DateTime.fromISO('2024-03-10T01:30', { zone: 'America/New_York' }).plus({ hours: 1 }).toISO(),
  DateTime.fromFormat('25/12/2023 15:04', 'dd/MM/yyyy HH:mm').toISO(), DateTime.fromMillis(0).toUTC().toISO(), DateTime.fromISO('nope').isValid,
  DateTime.fromObject({ year: 2024, month: 2, day: 29 }).toISODate(), t < DateTime.now(), t.toMillis(), JSON.stringify({ t: t.toUTC() }), t.hasSame(t.plus(1), 'day'),
  Duration.fromObject({ hours: 25 }).shiftTo('days', 'hours').toObject(), Interval.fromDateTimes(t, t.plus({ days: 2 })).length('days'), t.set({ day: 31 }).toISODate(),
  DateTime.fromISO('2024-W01-1').toISODate(), t.toLocaleString(DateTime.DATE_FULL), `${DateTime.fromISO('2024-01-01T00:00:00+09:00', { setZone: true })}` ] }"""
        self.returns(run_javascript(source), [
            "2024-03-10T08:30:45.678-04:00", "2024-03-10T21:30:45.678+09:00", "2024-03-10T12:30:45.678Z", "2024-03-10 08:30:45 at Sun 10 March 8 AM", "2024-03-01",
            "2024-03-10T23:59:59.999-04:00", "2024-03-03T06:30:45.678-05:00", "2025-02-10", 10, 7, 70, {"months": 3, "days": 16}, 24, "2024-03-10T03:30:00.000-04:00",
            "2023-12-25T15:04:00.000Z", "1970-01-01T00:00:00.000Z", False, "2024-02-29", True, 1710073845678, '{"t":"2024-03-10T12:30:45.678Z"}', True,
            {"days": 1, "hours": 1}, 2, "2024-03-31", "2024-01-01", "March 10, 2024", "2024-01-01T00:00:00.000+09:00"])


class PythonSteps(RunnerCase):
    def test_the_body_returns_items_and_keeps_its_lines(self):
        self.returns(python_step("return [{'x': i['json']['a']} for i in _items]"), [{"json": {"x": 1}}, {"json": {"x": 2}}])
        self.returns(python_step("text = '''a\n  b'''\nif _items:\n    return {'s': text}"), [{"json": {"s": "a\n  b"}}])
        self.raises(python_step("x = 1\ny = x / 0"), "ZeroDivisionError", line=2)
        self.raises(python_step("x = = 1"), "SyntaxError", "line 1, column 5", line=1)

    def test_values_are_wrapped_or_refused_with_n8ns_words(self):
        cases = {"return None": [], "": [], "return []": [], "return {'x': 1}": [{"json": {"x": 1}}], "return [{'json': {'s': {1}}}]": [{"json": {"s": "{1}"}}]}
        for source, value in cases.items():
            with self.subTest(source):
                self.returns(python_step(source), value)
        for source, words in {"return 5": "Code doesn't return items properly", "return [1]": "list of dictionaries",
                              "return [{'json': 5}]": "A 'json' property isn't a dictionary", "return [{'json': {}, 'q': 1}]": "Unknown top-level item key: q"}.items():
            with self.subTest(source):
                self.raises(python_step(source), "ValidationError", words)

    def test_each_mode(self):
        self.returns(python_step("if _item['json']['a'] == 2:\n    return {'v': 1}", "each"), [{"json": {"v": 1}, "pairedItem": {"item": 1}}])
        self.raises(python_step("return []", "each"), "ValidationError", "single dictionary")

    def test_await_at_top_level(self):
        self.returns(python_step("import asyncio\nawait asyncio.sleep(0)\nreturn {'ok': True}"), [{"json": {"ok": True}}])


if __name__ == "__main__":
    unittest.main()
