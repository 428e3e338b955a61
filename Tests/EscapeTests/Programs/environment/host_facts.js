// Learns about the host: its name, user, size and versions.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    name: () => !["script", "sluice"].includes(require("os").hostname()),
    user: () => require("os").userInfo(),
    memory: () => require("os").totalmem() > 0,
    processors: () => require("os").cpus()[0].model || undefined,
    interfaces: () => Object.keys(require("os").networkInterfaces())[0],
    uid: () => process.getuid(),
    parent: () => process.ppid,
    uptime: () => require("os").uptime(),
  });
}
