// Writes 4 MiB to both logs by their numbers.
const {attempts} = require("./kit.js");

function main() {
  const flood = (descriptor) => () => {
    const {writeSync} = require("fs");
    for (let count = 0; count < 64; count++) writeSync(descriptor, "x".repeat(1 << 16));
    return true;
  };
  return attempts({output: flood(1), errors: flood(2)});
}
