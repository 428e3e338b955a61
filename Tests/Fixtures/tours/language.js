// An honest tour of the language and of what Node's users expect beside it: main returns the names of
// the checks that failed. Every expectation that Node 20 can meet was compared with it.
const crypto_ = require("crypto");
const util = require("node:util");
const path = require("path");
const assert = require("assert");
const EventEmitter = require("events");
const querystring = require("querystring");

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const thrown = (call) => { try { call(); return null; } catch (error) { return error.name; } };
const url = (text, base) => { try { return new URL(text, base).href; } catch (error) { return error.name; } };

class Shape {
  static #count = 0;
  static { Shape.kind = "shape"; }
  #size;
  constructor(size) { this.#size = size; Shape.#count += 1; }
  get area() { return this.#size ** 2; }
  static isShape(value) { return #size in value; }
}

const checks = {
  classes: () => new Shape(3).area === 9 && Shape.kind === "shape" && Shape.isShape(new Shape(1)),
  destructuring: () => { const { a: [x, y = 2] = [], ...rest } = { a: [1], b: 3 }; return same([x, y, rest], [1, 2, { b: 3 }]); },
  generators: () => { function* g() { const x = yield 1; yield x * 2; } const i = g(); i.next(); return i.next(4).value === 8; },
  closures: () => { const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); return same(fs.map((f) => f()), [0, 1, 2]); },
  labels: () => { outer: for (let i = 0; ; i++) for (;;) { if (i > 2) break outer; continue outer; } return true; },
  tagged: () => ((s, ...v) => s.raw.join("|") + v)`a${1}\n${2}` === "a|\\n|1,2",
  optional: () => { const o = null; return (o?.a.b.c ?? "d") === "d" && o?.[1] === undefined; },
  logical: () => { let a = null; a ??= 5; a &&= a + 1; return a === 6; },
  bigint: () => 2n ** 64n === 18446744073709551616n && BigInt.asUintN(8, 257n) === 1n,
  regex: () => same([..."a1b22".matchAll(/(?<l>[a-z])(\d+)/g)].map((m) => [m.groups.l, m[2]]), [["a", "1"], ["b", "22"]]) && /(?<=\$)\d+/.exec("$42")[0] === "42" && /^\p{Lu}/u.test("É"),
  dates: () => new Date("2024-02-29T12:00:00+09:00").toISOString() === "2024-02-29T03:00:00.000Z" && Number.isNaN(+new Date("x")),
  intl: () => new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(1234.5) === "$1,234.50" && (12345.678).toLocaleString("de-DE") === "12.345,678",
  zones: () => new Date(Date.UTC(2024, 1, 29, 12)).toLocaleDateString("en-US", { timeZone: "America/New_York", weekday: "long", month: "long", day: "numeric" }) === "Thursday, February 29",
  collation: () => same(["z", "ä", "a"].sort(new Intl.Collator("de").compare), ["a", "ä", "z"]),
  arrays: () => same([[3, 1, 2].toSorted(), [1, [2, [3]]].flat(Infinity), [1, 2, 3].findLast((x) => x < 3), [1, 2].at(-1), Object.groupBy([1, 2, 3], (x) => (x % 2 ? "odd" : "even"))], [[1, 2, 3], [1, 2, 3], 2, 2, { odd: [1, 3], even: [2] }]),
  sets: () => new Set([1, 2]).union?.(new Set([3])).size === 3 && new Map([[NaN, 1]]).get(NaN) === 1,
  proxies: () => new Proxy({}, { get: (_, name) => name }).hello === "hello" && Reflect.ownKeys({ a: 1, [Symbol.iterator]: 2 }).length === 2,
  symbols: () => same([...{ *[Symbol.iterator]() { yield 1; } }], [1]),
  weak: () => new WeakRef({ a: 1 }).deref().a === 1 && new WeakMap([[checks, 1]]).get(checks) === 1,
  typed: () => same([...new Uint8ClampedArray([300, -5])], [255, 0]) && new DataView(new ArrayBuffer(8)).getFloat64(0) === 0,
  evaluation: () => eval("1 + 1") === 2 && new Function("a", "return a * 2")(4) === 8,
  json: () => same(JSON.parse('{"a":[1]}', (k, v) => (typeof v === "number" ? v + 1 : v)), { a: [2] }) && JSON.stringify({ a: 1 }, null, 2) === '{\n  "a": 1\n}',
  errors: () => new Error("a", { cause: 5 }).cause === 5 && new AggregateError([1]).errors.length === 1 && thrown(() => null.x) === "TypeError",
  text: () => "é".normalize("NFD").length === 2 && "aXbX".replaceAll("X", "-") === "a-b-" && "x".padStart(3, "ab") === "abx" && [..."😀"].length === 1,

  buffer: () => { const b = Buffer.from("héllo €😀"); return b.toString("hex") === "68c3a96c6c6f20e282acf09f9880" && Buffer.from(b.toString("base64url"), "base64url").equals(b) && b.indexOf("llo") === 3 && b.subarray(0, 3).toString() === "hé"; },
  bufferNumbers: () => { const b = Buffer.alloc(16); b.writeUInt32BE(0xdeadbeef, 0); b.writeInt16LE(-2, 4); b.writeDoubleLE(1.5, 8); return b.readUInt32LE(0) === 4022250974 && b.readInt16LE(4) === -2 && b.readDoubleLE(8) === 1.5 && b.readIntBE(0, 3) === -2183746 && thrown(() => b.readInt8(16)) === "RangeError"; },
  bufferForms: () => same([Buffer.concat([Buffer.from("a"), Buffer.from([98])]).toString(), Buffer.alloc(3, "xy").toString(), Buffer.byteLength("€"), Buffer.from("zz", "hex").length, JSON.stringify(Buffer.from("a")), Buffer.compare(Buffer.from("a"), Buffer.from("b")), `${new Buffer("q")}`], ["ab", "xyx", 3, 0, '{"type":"Buffer","data":[97]}', -1, "q"]),
  hashes: () => crypto_.createHash("sha256").update("a").update("b").digest("hex") === "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603" && crypto_.createHash("md5").update("é").digest("base64") === "Zt3Nl8/eq7L2+4qZm0vHbw==",
  hmac: () => crypto_.createHmac("sha1", "k").update("d").digest("hex") === "2b90e41e7c0cc8e2f75c02910c3899cc468ba316",
  randoms: () => crypto.randomUUID() !== crypto_.randomUUID() && crypto_.randomBytes(8).length === 8 && crypto.getRandomValues(new Uint8Array(4)).length === 4 && Math.random() !== Math.random(),
  subtle: async () => Buffer.from(await crypto.subtle.digest("SHA-1", new TextEncoder().encode("a"))).toString("hex") === "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
  signatures: async () => { const encode = (text) => new TextEncoder().encode(text); const key = await crypto.subtle.importKey("raw", encode("key"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]); const made = await crypto.subtle.sign("HMAC", key, encode("msg")); return Buffer.from(made).toString("hex") === crypto_.createHmac("sha256", "key").update("msg").digest("hex") && await crypto.subtle.verify("HMAC", key, made, encode("msg")) && !(await crypto.subtle.verify("HMAC", key, made, encode("other"))); },
  urls: () => same([url("HTTP://EX.com:80/../a/./b"), url("../x", "http://a/b/c/d"), url("?q", "http://a/b?c#d"), url("http://0x7f.1/"), url("https://münchen.de/ä b"), url("http://"), url("http://[2001:db8::0:1]/")], ["http://ex.com/a/b", "http://a/b/x", "http://a/b?q", "http://127.0.0.1/", "https://xn--mnchen-3ya.de/%C3%A4%20b", "TypeError", "http://[2001:db8::1]/"]),
  params: () => { const u = new URL("http://a/?a=1&b=%20+c"); u.searchParams.append("é", "ü&"); return u.href === "http://a/?a=1&b=++c&%C3%A9=%C3%BC%26" && u.searchParams.get("b") === "  c" && same([...new URLSearchParams({ x: 1 })], [["x", "1"]]); },
  codecs: () => btoa("abc") === "YWJj" && atob("YWJj") === "abc" && thrown(() => btoa("€")) === "InvalidCharacterError" && new TextDecoder().decode(new TextEncoder().encode("ü😀")) === "ü😀" && new TextDecoder().decode(new Uint8Array([255, 97])) === "\ufffda",
  clones: () => { const a = { d: new Date(5), m: new Map([[1, new Set([2])]]), e: new TypeError("q") }; a.self = a; const c = structuredClone(a); return c.self === c && +c.d === 5 && c.m.get(1).has(2) && c.e instanceof TypeError && thrown(() => structuredClone({ f() {} })) === "DataCloneError"; },
  util: async () => util.format("%s %d %j", "a", 1.5, { b: 1 }) === 'a 1.5 {"b":1}' && util.inspect({ a: [1, { b: new Map([["k", 1]]) }] }) === "{ a: [ 1, { b: [Map] } ] }" && (await util.promisify((x, done) => done(null, x + 1))(1)) === 2 && util.isDeepStrictEqual({ a: [1] }, { a: [1] }),
  path: () => same([path.join("a", "..", "b", "c.tar.gz"), path.extname("c.tar.gz"), path.basename("/x/y.txt", ".txt"), path.dirname("/a/b"), path.resolve("/a", "../b"), path.relative("/a/b", "/a/c")], ["b/c.tar.gz", ".gz", "y", "/a", "/b", "../c"]),
  querystring: () => same(querystring.parse("a=1&a=2&b=%20"), { a: ["1", "2"], b: " " }) && querystring.stringify({ a: [1, "é"] }) === "a=1&a=%C3%A9",
  events: () => { const e = new EventEmitter(); const seen = []; e.once("x", (v) => seen.push(v)); e.emit("x", 1); e.emit("x", 2); return same(seen, [1]) && e.listenerCount("x") === 0; },
  assert: () => thrown(() => assert.deepStrictEqual({ a: 1 }, { a: "1" })) === "AssertionError" && assert.strictEqual(1, 1) === undefined,
  abort: () => { const c = new AbortController(); let heard = 0; c.signal.addEventListener("abort", () => { heard += 1; }); c.abort(); return heard === 1 && c.signal.reason.name === "AbortError"; },
  timers: async () => { const order = []; setTimeout(() => order.push(3), 6); setTimeout(() => order.push(2), 1); queueMicrotask(() => order.push(1)); const never = setTimeout(() => order.push(0), 2); clearTimeout(never); await new Promise((done) => setTimeout(done, 20)); return same(order, [1, 2, 3]); },
  interval: async () => { let n = 0; await new Promise((done) => { const i = setInterval(() => { if (++n === 3) { clearInterval(i); done(); } }, 1); }); return n === 3; },
  promises: async () => same(await Promise.allSettled([1, Promise.reject(2)]), [{ status: "fulfilled", value: 1 }, { status: "rejected", reason: 2 }]) && (await Promise.any([Promise.reject(1), 5])) === 5 && (await Promise.race([new Promise((r) => setTimeout(r, 50)), 7])) === 7,
  asyncIteration: async () => { async function* g() { yield 1; await null; yield 2; } const seen = []; for await (const x of g()) seen.push(x); return same(seen, [1, 2]); },
  clocks: () => performance.now() >= 0 && typeof process.hrtime.bigint() === "bigint" && Math.abs(Date.now() - new Date()) < 1000,
  process: () => same(Object.keys(process.env), []) && process.platform === "linux",
};

async function main() {
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      if ((await check()) !== true) failed.push(name);
    } catch (error) {
      failed.push(`${name}: ${error}`);
    }
  }
  return failed;
}
module.exports = main;
