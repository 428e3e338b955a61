// What a script finds in Node beside Node itself: its modules by name, under the runner's `require`.
((services, node) => {
  "use strict";
  for (const name of node.builtinModules) {
    if (!name.startsWith("_")) services.builtins.set(name, () => node.load(name));
  }
  for (const name of ["test", "sqlite", "sea"]) {
    if (node.isBuiltin?.(`node:${name}`)) services.builtins.set(name, () => node.load(`node:${name}`));
  }
  // Node's own would start by compiling WebAssembly, and end as a lookup of the name that failed.
  const profile = () => services.currentJob()?.profile ?? "node";
  Object.defineProperty(globalThis, "fetch", { configurable: true, writable: true, enumerable: true,
    value: function fetch() {
      return Promise.reject(new TypeError(`fetch is not possible: profile '${profile()}' has no network for JavaScript; `
        + "use a connector node (http/request) and pass its output to this script"));
    } });
  // Functions of this realm: what a script holds should be of its own kind.
  services.makeRequire = (load, resolve) =>
    Object.assign(function require(specifier) { return load(specifier); },
      { resolve: (specifier) => resolve(specifier) });
  services.makeImport = (load) => (specifier) => load(specifier);
})
