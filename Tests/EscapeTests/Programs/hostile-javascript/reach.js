// Everything in an engine's reach that leads out of it in other runtimes.
async function main() {
  const done = [];
  const attempt = async (name, act) => {
    try {
      const result = await act();
      if (result !== undefined && result !== null && result !== false) done.push(name);
    } catch {}
  };
  const global = Function("return this")();
  for (const name of [
    "process", "Deno", "Bun", "fetch", "XMLHttpRequest", "WebSocket", "Worker", "SharedWorker", "load", "read",
    "readFile", "writeFile", "run", "quit", "gc", "$vm", "$", "spawn", "system", "importScripts", "WebAssembly",
    "openFile", "loadModule", "createGlobalObject", "imports", "Components", "java", "ActiveXObject",
    "SharedArrayBuffer",
  ]) await attempt(name, () => (typeof global[name] === "undefined" ? undefined : name));
  for (const name of ["fs", "child_process", "net", "http", "os", "vm", "worker_threads", "node:fs", "/etc/passwd"]) {
    await attempt("require " + name, () => require(name));
    await attempt("import " + name, () => import(name));
  }
  await attempt("constructor", () => this.constructor.constructor("return process")());
  await attempt("async constructor", async () => (await (async () => {}).constructor("return process")()));
  await attempt("stack", () => {
    Error.prepareStackTrace = (_, frames) => frames;
    const frames = new Error().stack;
    return Array.isArray(frames) ? frames[0].getThis() : undefined;
  });
  return done;
}
