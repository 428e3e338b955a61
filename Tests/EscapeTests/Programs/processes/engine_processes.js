// Starts processes past the usual module, loads a library, and takes more of the processor.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    binding: () => {
      const {Process} = process.binding("process_wrap");
      return new Process().spawn({file: "/bin/true", args: ["true"], stdio: []}) === 0;
    },
    cluster: () => new Promise((done, failed) => {
      const worker = require("cluster").fork();
      worker.process.on("error", failed).on("spawn", () => { worker.process.kill(); done(true); });
    }),
    detached: () => new Promise((done, failed) => {
      require("child_process").spawn("/bin/true", {detached: true, stdio: "ignore"})
        .on("error", failed).on("spawn", () => done(true));
    }),
    // A library that is none of Node's was mapped and run when this is said.
    library: () => {
      try {
        process.dlopen({exports: {}}, "/lib/x86_64-linux-gnu/libutil.so.1");
      } catch (error) {
        return /self-register/.test(error.message) || undefined;
      }
    },
    priority: () => require("os").setPriority(0, 5) ?? true,
    "priority of another": () => require("os").getPriority(process.ppid),
  });
}
