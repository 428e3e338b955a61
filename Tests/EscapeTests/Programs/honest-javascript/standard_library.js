// A tour of what scripts use; every line must hold, and no call may be refused.
function check(holds, what) {
  if (!holds) throw new Error(what);
}

class Point {
  #x;
  static origin = new Point(0);
  constructor(x) { this.#x = x; }
  get x() { return this.#x; }
  *[Symbol.iterator]() { yield this.#x; }
}

function main() {
  check([...new Point(3)][0] === 3 && Point.origin.x === 0, "classes");
  check(Object.entries({a: 1, b: 2}).map(([k, v]) => k + v).join() === "a1,b2", "entries");
  check([3, 1, 2].toSorted().at(-1) === 3 && [1, [2, [3]]].flat(Infinity).length === 3, "arrays");
  check(Object.groupBy([1, 2, 3], n => (n % 2 ? "odd" : "even")).odd.length === 2, "groupBy");
  check(new Set([1, 1, 2]).size === 2 && new Map([["a", 1]]).get("a") === 1, "collections");
  check(new WeakMap([[Point, 1]]).get(Point) === 1, "weak collections");
  check("a-b-c".replaceAll("-", "") === "abc" && "x".padStart(3, ".") === "..x", "strings");
  check(/(?<year>\d{4})-(?<month>\d\d)/u.exec("2024-05").groups.month === "05", "named groups");
  check("aBc".replace(/(?<=a)B/, "-") === "a-c" && [..."a1b2".matchAll(/\d/g)].length === 2, "look-behind");
  check("Straße".normalize("NFD").length === 6 && /\p{Script=Greek}/u.test("α"), "unicode");
  check(2n ** 100n === 1267650600228229401496703205376n && Number(10n) === 10, "big integers");
  check(structuredClone({a: new Date(0), b: new Map([[1, 2]])}).b.get(1) === 2, "structuredClone");
  check(JSON.stringify({a: undefined, b: [undefined], c: NaN}) === '{"b":[null],"c":null}', "JSON");
  check(JSON.parse('{"a":1}', (key, value) => (key === "a" ? 2 : value)).a === 2, "reviver");
  check(new Uint8Array([1, 2, 3]).subarray(1).length === 2, "typed arrays");
  check(new DataView(new Float64Array([1]).buffer).getUint8(7) === 0x3f, "data views");
  check(Array.from({length: 3}, (_, i) => i * 2).includes(4), "from");
  check(({a: {b: null}}).a?.b?.c === undefined && (null ?? 1) === 1, "optional chaining");
  check(Reflect.ownKeys({a: 1}).length === 1 && new Proxy({}, {get: () => 7}).x === 7, "proxies");
  check(Math.hypot(3, 4) === 5 && Math.trunc(-1.5) === -1 && 0.1 + 0.2 !== 0.3, "numbers");
  check([10, 9, 1].sort()[0] === 1 && [10, 9, 1].sort((a, b) => a - b)[2] === 10, "sorting");
  check(encodeURIComponent("ü b") === "%C3%BC%20b" && decodeURIComponent("%C3%BC") === "ü", "URI");
  check(isNaN(parseInt("x")) && parseFloat("1.5e3") === 1500, "parsing");
  const label = (strings, ...values) => strings.raw.join("|") + values.join();
  check(label`a${1}b` === "a|b1", "templates");
  try {
    null.x;
    return "no error";
  } catch (error) {
    check(error instanceof TypeError && typeof error.stack === "string", "errors");
  }
  check(new Error("a", {cause: 1}).cause === 1 && new AggregateError([1]).errors.length === 1, "causes");
  outer: for (const i of [1, 2]) for (const j of [1, 2]) if (j === 2) continue outer;
  function* count() { let n = 0; while (true) yield n++; }
  const [first, second, ...[]] = [count().next().value, 1];
  check(first === 0 && second === 1, "generators");
  return "ok";
}
