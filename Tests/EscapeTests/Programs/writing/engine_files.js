// Has the engine write files of its own: snapshots and reports; copies, links and opens its log again.
const {attempts} = require("./kit.js");

function left(path, act) {
  const fs = require("fs");
  try {
    act();
    return fs.existsSync(path) || undefined;
  } finally {
    fs.rmSync(path, {force: true});
  }
}

function main() {
  const at = (name) => `/tmp/sluice-escape-engine-${name}`;
  return attempts({
    snapshot: () => left(at("heap"), () => require("v8").writeHeapSnapshot(at("heap"))),
    report: () => left(at("report"), () => {
      process.report.directory = "/tmp";
      process.report.writeReport("sluice-escape-engine-report");
    }),
    copy: () => left(at("copy"), () => require("fs").copyFileSync(process.execPath, at("copy"))),
    link: () => left(at("link"), () => require("fs").symlinkSync("/", at("link"))),
    "log by its path": () => require("fs").writeFileSync("/proc/self/fd/1", "") ?? true,
    folder: () => {
      process.chdir("/tmp");
      return true;
    },
    mask: () => {
      process.umask(0o27);
      return process.umask() === 0o27;
    },
  });
}
