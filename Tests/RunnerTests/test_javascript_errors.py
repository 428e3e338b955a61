"""What an uncaught error of a JavaScript script looks like from outside, and how its files are found."""

import unittest

from runner_support import RunnerCase, run_javascript


class Errors(RunnerCase):
    def test_line_and_traceback_show_the_scripts_frames_only(self):
        outcome = run_javascript("function f(x) {\n  return x.y.z;\n}\nfunction main() {\n  return [1].map(() => f({}));\n}", file="a/step.js")
        self.raises(outcome, "TypeError", "undefined is not an object", line=2)
        lines = outcome.payload["traceback"].split("\n")
        self.assertRegex(lines[1], r"^    at f \(a/step\.js:2:\d+\)$")
        self.assertTrue(all("a/step.js" in line for line in lines[1:]), lines)

    def test_line_one_has_its_own_columns(self):
        for prefix in ("", "export ", "await 0; "):
            outcome = run_javascript(f"{prefix}function main() {{ null.x }}")
            self.assertIn(f"(step.js:1:{len(prefix) + len('function main() { null.x') - 1}", outcome.payload["traceback"])

    def test_async_errors_keep_their_line(self):
        self.raises(run_javascript("async function main() {\n  await 1;\n  throw new RangeError('late');\n}"), "RangeError", "late", line=3)
        self.raises(run_javascript("function main() {\n  setTimeout(() => {\n    null.x }, 1);\n  return new Promise(() => {});\n}"), "TypeError", line=3)

    def test_whatever_is_thrown_is_described(self):
        self.raises(run_javascript("function main() { throw 'text' }"), "string", "text")
        self.raises(run_javascript("function main() { throw {code: 5} }"), "Object", "{ code: 5 }")
        self.raises(run_javascript("function main() { throw null }"), "object", "null")
        self.raises(run_javascript("function main() { throw undefined }"), "undefined")
        self.raises(run_javascript("class Mine extends Error {}\nfunction main() { throw new Mine('m') }"), "Mine", "m", line=2)
        self.raises(run_javascript("function main() { throw new Proxy(new Error('x'), { get() { throw 1 } }) }"), "Object")
        outcome = run_javascript("function main() {\n  throw new Error('outer', { cause: new TypeError('inner') }) }")
        self.assertIn("Caused by: TypeError: inner", outcome.payload["traceback"])

    def test_an_error_of_the_scripts_own_class_stands_where_it_was_thrown(self):
        base = "class Base extends Error {\n  constructor(m) { super(m); this.name = 'Base' }\n}\n"
        mine = "class Mine extends Base {\n  constructor(m) { super(m) }\n}\n"
        outcome = run_javascript(f"{base}{mine}function check() {{\n  throw new Mine('m');\n}}\nfunction main() {{ check() }}")
        self.raises(outcome, "Base", "m", line=8)
        self.assertRegex(outcome.payload["traceback"].split("\n")[1], r"at check \(step\.js:8:\d+\)$")

    def test_long_texts_are_cut_and_say_so(self):
        outcome = run_javascript("function main() { throw new Error('x'.repeat(1e5)) }")
        self.assertLess(len(outcome.payload["message"]), 4200)
        self.assertIn("cut at 4 KiB", outcome.payload["message"])

    def test_an_unhandled_rejection_is_said_on_the_log(self):
        outcome = run_javascript("async function main() { Promise.reject(new Error('lost')); return 1 }")
        self.returns(outcome, 1)
        self.assertIn("unhandled rejection: Error: lost", outcome.stderr)

    def test_syntax_errors_name_line_and_where_they_can_column(self):
        cases = {
            "let x = 1\nlet y = ;": (2, "Unexpected token ';'", "column 9"),
            "function main() {\n  return [1, 2}\n}": (2, "'}' closes a '['", "column 15"),
            "function main() { return 1 } }": (1, "'}' closes nothing", "column 30"),
            "function main() {\n  if (1) {\n  return 1\n}": (1, "'{' is never closed", "column 17"),
            "const a = `x\n\n": (1, "template literal is never closed", "column 11"),
            "function main() {\n  return {a: 1;\n}": (2, "Unexpected token ';'"),
            "function main() {\n  f(1, 2;\n  return 3\n}": (2, "Unexpected token ';'"),
            "\nfunction main({a}: {a: number}): number { return a }": (2, "types are TypeScript's"),
            "const a = 1; const a = 2": (1, "const variable twice: 'a'"),
            "export function main( {": (1, "is never closed"),
            "import x from": (1, "expected a module's name"),
            "await 1; let y = ;": (1, "Unexpected token ';'"),
        }
        for source, (line, *words) in cases.items():
            with self.subTest(source):
                self.raises(run_javascript(source), "SyntaxError", *words, line=line)

    def test_a_constant_that_is_assigned_to_is_named_with_its_line(self):
        self.raises(run_javascript("function main() {\n  const n = 1;\n  if (n) {\n    n = 2;\n  }\n}"), "TypeError", "constant", line=4)
        self.raises(run_javascript("const {a, b: [c]} = {a: 1, b: [2]};\nfunction main() {\n  const same = a === c, x = {c: 1};\n  c++;\n}"), "TypeError", "constant", line=4)
        self.raises(run_javascript("'use strict';\nconst o = Object.freeze({n: 1});\nfunction main() {\n  o.n = 2;\n}"), "TypeError", "read", line=4)

    def test_what_is_absent_is_said_in_words(self):
        self.raises(run_javascript("function main() { return fetch('http://x') }", profile="strict"), "TypeError", "profile 'strict' has no network", line=1)
        self.raises(run_javascript("\nconst fs = require('fs')"), "Error", "no module named 'fs'; profile 'pure' has only: assert", line=2)
        self.raises(run_javascript("import _ from 'lodash'"), "Error", "no module named 'lodash'", line=1)
        self.raises(run_javascript("function main() { process.exit(1) }"), "Error", "return a value from main")


class Files(RunnerCase):
    def test_imports_exports_and_require_work_together(self):
        modules = {
            "lib/text.js": "import { twice } from '../util.js';\nlet count = 0;\nexport { count };\nexport const a = twice('a'), b = 'b';\n"
                           "export function inc() { count++ }\nexport default () => 'default';",
            "lib/common.cjs": "exports.named = 'n'; exports.b = require('./text.js').b; exports.dir = __dirname",
            "lib/index.js": "module.exports = 'index'",
            "util.js": "export const twice = (s) => s + s;", "data.json": '{"k": [1]}', "side.js": "globalThis.side = 1",
            "lib/dyn.mjs": "export const dyn = await Promise.resolve(42);",
        }
        source = """import def, { a, b as bee, inc, count } from './lib/text.js';
import * as all from "./lib/text.js"; import cjs, { named } from './lib/common.cjs'
import data from './data.json' with { type: 'json' };
import { createHash } from 'node:crypto';
import './side.js';
import index from './lib';
export * from './lib/text.js';
export { a as again } from './lib/text.js';
const re = /import x from "y"/g, s = `import ${`export ${1}`} from`;  // import q from 'z'
const o = { import: 1, export: 2, default: 3 }; o.import; o.export;
const k = 4 / 2 / 1; if (k) /export {/.test('x');
export const { x, y: [z = 5] } = { x: 1, y: [] }, w = 7
export class K {}
let { dyn } = await import('./lib/dyn.mjs');
export async function main() {
  inc(); inc();
  const later = await import('./lib/text.js');
  return { def: def(), a, bee, count, all: Object.keys(all).sort(), cjs, named, data, x, z, w, dyn, index,
    side: globalThis.side, later: later.count, meta: import.meta.filename, hash: typeof createHash };
}"""
        self.returns(run_javascript(source, modules=modules), {
            "def": "default", "a": "aa", "bee": "b", "count": 2, "all": ["a", "b", "count", "default", "inc"],
            "cjs": {"named": "n", "b": "b", "dir": "lib"}, "named": "n", "data": {"k": [1]}, "x": 1, "z": 5, "w": 7, "dyn": 42,
            "index": "index", "side": 1, "later": 2, "meta": "step.js", "hash": "function"})

    def test_lines_stay_where_they_are_behind_imports(self):
        outcome = run_javascript("import {\n  a,\n} from './a.js';\nexport function main() {\n  return a.b.c }", modules={"a.js": "export const a = {}"})
        self.raises(outcome, "TypeError", line=5)

    def test_cycles_see_each_others_bindings_when_they_are_used(self):
        modules = {"b.js": "import { name } from './step.js'; export const hello = () => 'hello ' + name;"}
        self.returns(run_javascript("import { hello } from './b.js'; export const name = 'n'; export const main = () => hello()", modules=modules), "hello n")

    def test_files_are_found_beside_the_script_and_in_the_flow(self):
        modules = {"steps/near.js": "module.exports = 'near'", "far.js": "module.exports = 'far'"}
        source = "const a = require('./near'), b = require('../far.js');\nfunction main() { return [a, b] }"
        self.returns(run_javascript(source, modules=modules, file="steps/step.js"), ["near", "far"])

    def test_mistakes_around_files_name_them(self):
        one = {"a.js": "export const twice = 1"}
        self.raises(run_javascript("\nimport { nope } from './a.js'", modules=one), "SyntaxError", "'./a.js' has no export named 'nope'; it exports twice", line=2)
        self.raises(run_javascript("require('./b')", modules=one), "Error", "no module file './b'", "a.js", line=1)
        self.raises(run_javascript("require('a')", modules=one), "Error", "import the file as './a.js'", line=1)
        outcome = run_javascript("\n\nimport './bad.js'", modules={"bad.js": "\nlet x = ;"})
        self.raises(outcome, "SyntaxError", "Unexpected token", line=3)
        self.assertIn("at bad.js:2", outcome.payload["traceback"])
        outcome = run_javascript("import { f } from './bad.js'\nexport const main = () => f()", modules={"bad.js": "export function f() {\n  null.x }"})
        self.raises(outcome, "TypeError", line=2)
        self.assertIn("at f (bad.js:2:", outcome.payload["traceback"])
        self.raises(run_javascript("require('./d.json')", modules={"d.json": "{"}), "SyntaxError", "d.json is not JSON")


if __name__ == "__main__":
    unittest.main()
