// Looks for the host in what the engine reports of itself.
const {attempts} = require("./kit.js");

function main() {
  const report = () => process.report.getReport();
  return attempts({
    variables: () => Object.keys(report().environmentVariables).length || undefined,
    name: () => !["script", "sluice"].includes(report().header.host),
    folder: () => process.cwd() !== "/",
    login: () => require("os").userInfo().username,
    "address of a card": () => report().header.networkInterfaces[0].mac,
    "size of the memory": () => Number(require("fs").readFileSync("/proc/meminfo", "utf8").match(/\d+/)[0]),
  });
}
