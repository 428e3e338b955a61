// Loads compiled code, and makes some: WebAssembly and libraries.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    WebAssembly: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
    "engine's settings": () => require("v8").setFlagsFromString("--expose-gc") ?? true,
    "other realm": () => require("vm").runInNewContext("1"),
    inspector: () => require("inspector").Session,
    "functions for tests": () => typeof $vm === "undefined" ? undefined : $vm,
    collector: () => typeof gc === "undefined" ? undefined : gc(),
  });
}
