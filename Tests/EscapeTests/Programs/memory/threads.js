// Spreads 96 MiB over threads, each with a heap of its own, and over memory that they share.
const {attempts} = require("./kit.js");

const KEEP = `
  const kept = [];
  for (let count = 0; count < 24; count++) kept.push(new Array(131072).fill(count));
  require("worker_threads").parentPort.postMessage(kept.length);
  setInterval(() => kept.length, 1000);
`;

function main() {
  return attempts({
    heaps: async () => {
      const {Worker} = require("worker_threads");
      const workers = [];
      const each = [1, 2, 3, 4].map(() => new Promise((done, failed) => {
        const worker = new Worker(KEEP, {eval: true, resourceLimits: {maxOldGenerationSizeMb: 64}});
        workers.push(worker);
        worker.on("message", done).on("error", failed).on("exit", failed);
      }));
      try {
        return await Promise.all(each);
      } finally {
        for (const worker of workers) worker.terminate();
      }
    },
    shared: () => {
      const kept = [];
      for (let count = 0; count < 96; count++) kept.push(new Uint8Array(new SharedArrayBuffer(1 << 20)).fill(1));
      return kept.length;
    },
  });
}
