// Reads the environment and the arguments.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    environment: () => Object.keys(process.env).find((name) => !["TZ", "LANG", "NODE_ENV"].includes(name)),
    arguments: () => process.argv.find((each) => each.startsWith("/")),
    program: () => process.execPath,
    options: () => process.report.getReport().header,
  });
}
