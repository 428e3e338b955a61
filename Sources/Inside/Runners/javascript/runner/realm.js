"use strict";
// The runner's realm. Everything here is out of a script's reach by name, so built-in methods can be
// called plainly. Values of the script's realm are never told apart with `instanceof`.

/** The script realm's own intrinsics, taken before any script ran. */
const realm = host.evaluate(
  `({globalThis, Object, Array, Function, Error, TypeError, RangeError, SyntaxError, ReferenceError,
     Promise, Map, Set, Uint8Array, ArrayBuffer, Date, Symbol, BigInt,
     objectPrototype: Object.prototype, arrayPrototype: Array.prototype,
     functionPrototype: Function.prototype, bigIntPrototype: BigInt.prototype,
     parse: JSON.parse, resolvedPromise: (start) => new Promise(start)})`,
  "sluice:realm");

/** The result frame's kinds: `enum zygote_result_kind`. */
const RETURNED = 1, RAISED = 2, OUT_OF_MEMORY = 3, OUTPUT_EXCEEDED = 4;

/** What belongs to the script being run; replaced for each. */
let job = null;

/** `[object Map]` and so on, without the brackets; never throws. */
const tagOf = (value) => {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return "Object";
  }
};

/** A property that may be a getter or a trap that throws. */
const peek = (object, name) => {
  try {
    return object[name];
  } catch {
    return undefined;
  }
};

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** Runs a method of the runner's realm on a foreign value: undefined if the value is not of its kind. */
const brand = (method, value) => {
  try {
    return Reflect.apply(method, value, []);
  } catch {
    return undefined;
  }
};

const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;
const timeOf = (value) => brand(Date.prototype.getTime, value);
const mapSize = (value) => brand(getter(Map.prototype, "size"), value);
const setSize = (value) => brand(getter(Set.prototype, "size"), value);

/** Text cut to 4 KiB, saying so. */
const cut = (text) =>
  (text.length > 4096 ? `${text.slice(0, 4000)}… (cut at 4 KiB of ${text.length})` : text);

