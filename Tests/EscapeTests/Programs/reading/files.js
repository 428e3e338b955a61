// Reads files by the modules that a runtime has for it.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    readFile: () => require("fs").readFileSync("/etc/passwd"),
    "readFile of node:": () => require("node:fs").readFileSync("/etc/passwd"),
    folder: () => require("fs").readdirSync("/"),
    promise: () => require("fs/promises").readFile("/etc/passwd"),
    stream: () => new Promise((done, failed) =>
      require("fs").createReadStream("/etc/passwd").on("data", done).on("error", failed)),
    proc: () => require("fs").readFileSync("/proc/self/environ"),
  });
}
