// Computes in threads of its own and in those of the engine; by itself where there are none.
const {attempts} = require("./kit.js");

function threads() {
  try {
    return require("worker_threads").Worker;
  } catch {}
}

function main() {
  const Worker = threads();
  if (!Worker) {
    for (const end = Date.now() + 1500; Date.now() < end;);
    return ["ran on"];
  }
  return attempts({
    workers: () => {
      const spin = "const end = Date.now() + 1500; while (Date.now() < end) {}";
      return Promise.all([1, 2, 3, 4].map(() => new Promise((done, failed) => {
        new Worker(spin, {eval: true}).on("exit", done).on("error", failed);
      })));
    },
    pool: () => new Promise((done, failed) => {
      require("crypto").pbkdf2("x", "y", 2_000_000, 64, "sha512", (error) => error ? failed(error) : done(true));
    }),
  });
}
