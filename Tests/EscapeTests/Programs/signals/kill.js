// Asks whether it may signal others, or itself by its number. Signal 0 does nothing to whom it reaches.
const {attempts} = require("./kit.js");

function main({host}) {
  return attempts({
    host: () => process.kill(host, 0),
    itself: () => process.kill(process.pid, 0),
  });
}
