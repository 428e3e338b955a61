// Learns from errors where the runtime's files are.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    stack: () => /(file:\/\/\/|\(\/|at \/|node:internal)/.test(new Error().stack) || undefined,
    "call sites": () => {
      Error.prepareStackTrace = (error, sites) => sites;
      const sites = new Error().stack;
      return Array.isArray(sites) && sites[0].getFileName();
    },
    "function of a caller": () => {
      Error.prepareStackTrace = (error, sites) => sites;
      return new Error().stack[0].getFunction() ?? new Error().stack[0].getFunctionName();
    },
  });
}
