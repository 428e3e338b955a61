// Looks for the functions that engines' shells have: read, load, run.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    read: () => read("/etc/passwd"),
    load: () => load("/etc/passwd"),
    readFile: () => readFile("/etc/passwd"),
    "internals of fs": () => process.binding("fs").internalModuleReadJSON("/etc/passwd").length
      || process.binding("fs").internalModuleStat("/etc/passwd") === 0,
    "its own file": () => __filename.startsWith("/") || undefined,
  });
}
