// Asks whether it may signal everybody, its group or its parent. Signal 0 does nothing to whom it reaches.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    everybody: () => process.kill(-1, 0),
    group: () => process.kill(0, 0),
    parent: () => process.kill(process.ppid, 0),
    binding: () => process._kill(process.ppid, 0) === 0,
  });
}
