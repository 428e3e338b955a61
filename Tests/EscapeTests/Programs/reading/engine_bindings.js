// Reads past the modules: by the engine's bindings, links of /proc, and watching.
const {attempts} = require("./kit.js");

// Node 18 ends the process when its binding is called without a place for the error.
function open(path) {
  const rest = parseInt(process.versions.node) < 20 ? [undefined, {}] : [];
  return process.binding("fs").open(path, 0, 0o600, ...rest);
}

function main({host}) {
  return attempts({
    binding: () => open("/etc/passwd") >= 0,
    "status of a process": () => require("fs").readFileSync(`/proc/${host}/status`),
    "own maps": () => require("fs").readFileSync("/proc/self/maps"),
    "path of the program": () => require("fs").readlinkSync("/proc/self/exe"),
    "folder by folder": () => require("fs").opendirSync("/etc").readSync().name,
    existence: () => require("fs").existsSync("/etc/passwd"),
    "real path": () => require("fs").realpathSync("/etc/passwd"),
    watching: () => {
      require("fs").watch("/etc", () => {}).close();
      return true;
    },
  });
}
