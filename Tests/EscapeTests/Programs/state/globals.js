// Leaves marks on global objects and in the registry of symbols.
function main() {
  const found = [];
  for (const [name, place] of Object.entries({globalThis, JSON, Math, Reflect, console, Intl})) {
    if (place[Symbol.for("sluice mark")]) found.push(name);
    place[Symbol.for("sluice mark")] = true;
  }
  return found;
}
