// Has the runtime load a file of the host as code or data.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    require: () => require("/usr/share/iso-codes/json/iso_639-3.json"),
    "require a folder": () => require("/usr/lib/node_modules/npm/package.json"),
    "file URL": () => import("file:///usr/lib/node_modules/npm/package.json"),
    cache: () => Object.keys(require.cache).find((name) => name.startsWith("/usr/")),
    "main module": () => require.main.filename.startsWith("/"),
  });
}
