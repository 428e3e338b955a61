// Leaves marks wherever a next run could find them, and says which it found.
function main() {
  const found = [];
  for (const [name, where] of Object.entries({
    globalThis, Object, prototype: Object.prototype, Array: Array.prototype, JSON, Math, String: String.prototype,
    Promise: Promise.prototype, console, Function: Function.prototype,
  })) {
    if (where.sluiceMark !== undefined) found.push(name);
    try {
      Object.defineProperty(where, "sluiceMark", {value: true, configurable: true, writable: true, enumerable: false});
    } catch {}
    // A mark on a prototype would be found through everything below it.
    if (name === "prototype" || name === "Function") delete where.sluiceMark;
  }
  if (Math.max(1, 2) !== 2) found.push("max");
  Math.max = () => 0;
  if (JSON.stringify({}) !== "{}") found.push("stringify");
  Array.prototype.includes = () => true;
  return {found, random: Math.random()};
}
