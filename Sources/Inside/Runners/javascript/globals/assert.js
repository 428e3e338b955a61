// Node's assert, and the deep comparison that util uses too.
((services) => {
  "use strict";
  const { inspect, builtins } = services;
  const tag = (value) => Object.prototype.toString.call(value);
  const same = (a, b, strict) => (strict ? Object.is(a, b) : a == b || (a !== a && b !== b));
  const isDeepEqual = (a, b, strict, seen = []) => {
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return same(a, b, strict);
    if (a === b || seen.some(([one, other]) => one === a && other === b)) return true;
    if (tag(a) !== tag(b) || (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b))) return false;
    const next = [...seen, [a, b]];
    const equal = (left, right) => isDeepEqual(left, right, strict, next);
    if (a instanceof Date || a instanceof RegExp
      || /^\[object (Number|String|Boolean|BigInt)\]$/.test(tag(a))) {
      if (`${a instanceof Date ? +a : a}` !== `${b instanceof Date ? +b : b}`) return false;
    }
    if (a instanceof Error && (a.message !== b.message || a.name !== b.name)) return false;
    if (a instanceof Map) return a.size === b.size
      && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)));
    if (a instanceof Set) return a.size === b.size
      && [...a].every((value) => b.has(value) || [...b].some((other) => equal(value, other)));
    const [left, right] = [Object.keys(a), Object.keys(b)];
    return left.length === right.length
      && left.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
  };
  services.isDeepEqual = isDeepEqual;

  class AssertionError extends Error {
    constructor({ message, actual, expected, operator } = {}) {
      super(message);
      Object.assign(this, { code: "ERR_ASSERTION", actual, expected, operator,
        generatedMessage: message === undefined });
    }
    get name() { return "AssertionError"; }
  }
  const need = (condition, message, words, actual, expected, operator) => {
    if (condition) return;
    if (message instanceof Error) throw message;
    throw new AssertionError({ message: message ?? words, actual, expected, operator });
  };
  const show = (value) => inspect(value);
  const matches = (error, expected) => {
    if (expected === undefined || typeof expected === "string") return true;
    if (expected instanceof RegExp) return expected.test(`${error}`);
    if (typeof expected !== "function") return Object.keys(expected)
      .every((key) => (expected[key] instanceof RegExp ? expected[key].test(error[key])
      : isDeepEqual(error[key], expected[key], true)));
    return expected.prototype !== undefined && error instanceof expected ? true
      : Error.isPrototypeOf(expected) ? false : expected(error) === true;
  };
  const judge = (thrown, expected, message, words) => {
    need(thrown !== null, typeof expected === "string" ? expected : message, words);
    if (matches(thrown.error, expected)) return;
    if (typeof expected === "function") need(false, message,
      `The error is not what was expected: ${thrown.error}`, thrown.error, expected, "throws");
    throw thrown.error;
  };
  const assert = (value, message) =>
    need(value, message, `The expression evaluated to a falsy value: ${show(value)}`, value, true, "==");
  const compare = (name, test, words) => {
    assert[name] = (actual, expected, message) =>
      need(test(actual, expected), message, `${words}: ${show(actual)} and ${show(expected)}`, actual,
        expected, name);
  };
  compare("equal", (a, b) => same(a, b, false), "Expected values to be loosely equal");
  compare("notEqual", (a, b) => !same(a, b, false), "Expected values not to be loosely equal");
  compare("strictEqual", Object.is, "Expected values to be strictly equal");
  compare("notStrictEqual", (a, b) => !Object.is(a, b), "Expected values not to be strictly equal");
  compare("deepEqual", (a, b) => isDeepEqual(a, b, false), "Expected values to be loosely deep-equal");
  compare("notDeepEqual", (a, b) => !isDeepEqual(a, b, false),
    "Expected values not to be loosely deep-equal");
  compare("deepStrictEqual", (a, b) => isDeepEqual(a, b, true), "Expected values to be strictly deep-equal");
  compare("notDeepStrictEqual", (a, b) => !isDeepEqual(a, b, true),
    "Expected values not to be strictly deep-equal");
  compare("match", (text, pattern) => pattern.test(text), "The input did not match the regular expression");
  compare("doesNotMatch", (text, pattern) => !pattern.test(text), "The input matched the regular expression");
  assert.ok = assert;
  assert.fail = (message = "Failed") => need(false, message);
  assert.ifError = (error) => { if (error !== null && error !== undefined) throw error; };
  assert.throws = (callback, expected, message) => {
    let thrown = null;
    try {
      callback();
    } catch (error) {
      thrown = { error };
    }
    judge(thrown, expected, message, "Missing expected exception.");
  };
  assert.doesNotThrow = (callback) => { callback(); };
  assert.rejects = async (promise, expected, message) => {
    let thrown = null;
    try {
      await (typeof promise === "function" ? promise() : promise);
    } catch (error) {
      thrown = { error };
    }
    judge(thrown, expected, message, "Missing expected rejection.");
  };
  assert.AssertionError = AssertionError;
  assert.strict = Object.assign((value, message) => assert(value, message), assert,
    { equal: assert.strictEqual,
    notEqual: assert.notStrictEqual, deepEqual: assert.deepStrictEqual,
    notDeepEqual: assert.notDeepStrictEqual });
  assert.strict.strict = assert.strict;
  builtins.set("assert", () => assert);
  builtins.set("assert/strict", () => assert.strict);
})
