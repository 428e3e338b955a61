"use strict";
// From what `main` returned to JSON. JSON.stringify alone would lose NaN, undefined, Map and functions
// without a word; here each is null, or an error that names the path.

/** A value that JSON cannot hold, or that is larger than it may be. */
class Refused {
  constructor(kind, message) {
    this.kind = kind;
    this.message = message;
  }
}

const nameOf = (key) => {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
};

/** What to return instead, for the kinds people return by mistake. */
const remedies = {
  Map: "use Object.fromEntries(map)",
  Set: "use Array.from(set)",
  WeakMap: "it has no listable content",
  WeakSet: "it has no listable content",
  WeakRef: "return its target",
  Promise: "await it first",
  RegExp: "use String(pattern)",
  Error: "return error.message",
  ArrayBuffer: "use Array.from(new Uint8Array(buffer))",
  SharedArrayBuffer: "use Array.from(new Uint8Array(buffer))",
  DataView: "use Array.from(new Uint8Array(view.buffer))",
  Generator: "use Array.from(generator)",
};

/** Which of the remedies is due; plain objects and class instances have none. */
const unsupportedKind = (value) => {
  const tag = tagOf(value);
  if (tag in remedies) return tag;
  if (ArrayBuffer.isView(value)) return "typed array";
  if (/(Map|Set|Array) Iterator$/.test(tag)) return "iterator";
  return null;
};

/**
 * A copy of plain objects, arrays and primitives only, in this realm.
 *
 * `lenient` follows JSON.stringify for what it drops (undefined, functions, NaN), as an n8n step does;
 * cycles and BigInt are refused either way. `bytes` and `depth` bound the text that will be written.
 */
const plainCopy = (root, { lenient, bytes, depth }) => {
  const stack = [];
  const keys = [];
  let budget = bytes;

  const path = (key) => ["$", ...keys.map(nameOf), ...(key === null ? [] : [nameOf(key)])].join("");
  const refuse = (key, words) => {
    throw new Refused(RAISED, `${path(key)} ${words}`);
  };
  const spend = (count) => {
    budget -= count;
    if (budget < 0) throw new Refused(OUTPUT_EXCEEDED, `the value is larger than ${bytes} bytes`);
  };

  const number = (value, key) => {
    if (Number.isFinite(value)) return value;
    if (lenient) return null;
    return refuse(key, `is ${value}; JSON has no such number`);
  };
  const bigint = (value, key) => {
    const method = realm.bigIntPrototype.toJSON;
    if (typeof method === "function") return primitive(Reflect.apply(method, value, [String(key ?? "")]),
      key);
    return refuse(key, "is a BigInt; use Number(value) or String(value)");
  };
  const primitive = (value, key) => {
    switch (typeof value) {
      case "string":
        spend(value.length + 2);
        return value.isWellFormed() ? value : value.toWellFormed();
      case "number": return number(value, key);
      case "boolean": return value;
      case "bigint": return bigint(value, key);
      case "undefined": return lenient ? undefined : null;
      case "function": return lenient ? undefined : refuse(key, "is a function");
      case "symbol": return lenient ? undefined : refuse(key, "is a symbol");
      default: return null;
    }
  };

  const converted = (value, key) => {
    const method = value.toJSON;
    if (typeof method !== "function") return value;
    const result = Reflect.apply(method, value, [key === null ? "" : String(key)]);
    const time = result === null && !lenient ? timeOf(value) : 0;
    return Number.isNaN(time) ? refuse(key, "is an invalid date") : result;
  };
  const unboxed = (value) => {
    switch (tagOf(value)) {
      case "Number": return brand(Number.prototype.valueOf, value) ?? value;
      case "String": return brand(String.prototype.valueOf, value) ?? value;
      case "Boolean": return brand(Boolean.prototype.valueOf, value) ?? value;
      case "BigInt": return brand(BigInt.prototype.valueOf, value) ?? value;
      default: return value;
    }
  };

  const list = (value) => {
    const length = value.length;
    spend(length * 2);
    const copy = [];
    for (let index = 0; index < length; index += 1) {
      const item = visit(value[index], index);
      copy.push(item === undefined ? null : item);
    }
    return copy;
  };
  const record = (value) => {
    const copy = { __proto__: null };
    for (const name of Object.keys(value)) {
      const item = visit(value[name], name);
      if (item === undefined) continue;
      spend(name.length + 4);
      copy[name.isWellFormed() ? name : name.toWellFormed()] = item;
    }
    return copy;
  };

  const visit = (given, key) => {
    if (typeof given !== "object" || given === null) return primitive(given, key);
    let value = converted(given, key);
    if (typeof value !== "object" || value === null) return primitive(value, key);
    const isList = Array.isArray(value);
    if (!isList) {
      const prototype = Object.getPrototypeOf(value);
      if (prototype !== realm.objectPrototype && prototype !== null) {
        const kind = lenient ? null : unsupportedKind(value);
        if (kind) refuse(key, `is ${/^[AEIOaeio]/.test(kind) ? "an" : "a"} ${kind}; ${remedies[kind]
          ?? "use Array.from(value)"}`);
        value = unboxed(value);
        if (typeof value !== "object") return primitive(value, key);
      }
    }
    if (stack.includes(value)) refuse(key, "refers back to an object that contains it");
    if (stack.length >= depth) {
      throw new Refused(OUTPUT_EXCEEDED,
        `the value is nested deeper than ${depth} levels, at ${cut(path(key))}`);
    }
    stack.push(value);
    if (key !== null) keys.push(key);
    const copy = isList ? list(value) : record(value);
    stack.pop();
    if (key !== null) keys.pop();
    return copy;
  };

  const copy = visit(root, null);
  return copy === undefined ? null : copy;
};
