// Starts threads, and shares memory with them.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    worker: () => new Promise((done, failed) => {
      const {Worker} = require("worker_threads");
      new Worker("", {eval: true}).on("exit", () => done(true)).on("error", failed);
    }),
    "worker of the web": () => new Worker("data:text/javascript,"),
    "shared memory": () => new SharedArrayBuffer(8),
    waiting: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0, 1),
  });
}
