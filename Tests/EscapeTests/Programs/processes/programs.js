// Runs other programs.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    exec: () => require("child_process").execSync("true") !== undefined,
    spawn: () => require("child_process").spawnSync("/bin/true").status === 0,
    fork: () => require("node:child_process").spawnSync("/bin/sh", ["-c", "exit 0"]).status === 0,
    "main module": () => process.mainModule.require("child_process").execSync("true") !== undefined,
    constructor: () => this.constructor.constructor("return process")().mainModule.require("child_process"),
  });
}
