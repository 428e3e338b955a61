// Leaves marks on prototypes, for the next run to find.
function main() {
  const places = {Object: Object.prototype, Array: Array.prototype, String: String.prototype,
    Promise: Promise.prototype, Map: Map.prototype, RegExp: RegExp.prototype, Error: Error.prototype};
  const found = [];
  for (const [name, place] of Object.entries(places)) {
    if (Object.getOwnPropertyDescriptor(place, "sluiceMark")) found.push(name);
    Object.defineProperty(place, "sluiceMark", {value: true, enumerable: false, configurable: true});
  }
  return found;
}
