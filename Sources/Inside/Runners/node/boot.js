// The first script of a Node process, run by `node -e` in the main realm, where the user's script will
// live too. It holds what the runner needs of Node; the runner itself (node/process.js) lives in a realm
// of its own, so that a script that replaces built-in functions does not change what writes its result.
(() => {
  "use strict";
  // Before anything that an old version may not have.
  const major = parseInt(process.versions.node, 10);
  const TOO_OLD = 0x5e000000 | 40 << 12; // ZYGOTE_SETUP_FAILURE, ZYGOTE_CHILD_PROGRAM_VERSION
  if (major < Number(process.argv[2])) process.reallyExit(TOO_OLD | major);

  const RUNNER = 50; // NODE_RUNNER_DESCRIPTOR: the runner's files
  const READY = 0x59444145; // ZYGOTE_READY_MAGIC
  const fs = require("fs");
  const { Script, createContext } = require("vm");
  const { builtinModules, isBuiltin } = require("module");
  const { runInContext, runInThisContext } = Script.prototype;
  const { readSync, writeSync } = fs;
  const { kill, reallyExit } = process;
  const { apply } = Reflect;
  const { from } = Buffer;
  const asText = Buffer.prototype.toString;
  const nanoseconds = process.hrtime.bigint;
  const later = setImmediate;
  const load = require;

  /** `KIND NAME LENGTH` for each file and an empty line, then the files one after the other. */
  const runnerFiles = () => {
    const bytes = Buffer.alloc(fs.fstatSync(RUNNER).size);
    readSync(RUNNER, bytes, 0, bytes.length, 0);
    fs.closeSync(RUNNER);
    const end = bytes.indexOf("\n\n");
    let at = end + 2;
    return bytes.toString("utf8", 0, end).split("\n").map((line) => {
      const [kind, name, length] = line.split(" ");
      at += Number(length);
      return { kind, name, text: bytes.toString("utf8", at - Number(length), at) };
    });
  };

  /** Writes all of it; gives up silently when nobody reads. */
  const write = (descriptor, bytes, length) => {
    try {
      for (let at = 0; at < length;) at += writeSync(descriptor, bytes, at, length - at);
    } catch {
      // The supervisor has closed its end, and says why itself.
    }
  };

  const host = {
    evaluate: (text, filename) => apply(runInThisContext, new Script(text, { filename }), []),
    syntaxError: (text, filename) => {
      try {
        new Script(text, { filename });
      } catch (error) {
        return error;
      }
      return undefined;
    },
    monotonic: () => Number(nanoseconds()) / 1e6,
    read: readSync,
    writeBytes: write,
    write: (descriptor, text) => {
      const bytes = apply(from, Buffer, [text]);
      write(descriptor, bytes, bytes.length);
    },
    space: (length) => new Uint8Array(length),
    encode: (text) => apply(from, Buffer, [text]),
    decode: (bytes, start, end) =>
      apply(asText, apply(from, Buffer, [bytes.buffer, bytes.byteOffset, bytes.byteLength]), ["utf8", start, end]),
    exit: (status) => apply(reallyExit, process, [status]),
    on: (event, listener) => process.on(event, listener),
    listenerCount: (event) => process.listenerCount(event),
    setArguments: (file) => { process.argv = ["node", file]; },
    later: (callback) => later(callback),
    ready: () => apply(kill, process, [READY, 0]),
  };

  /** SECURITY: what must be refused, tried once more by the program that was started. */
  const checkRefusals = () => {
    const answer = (attempt) => {
      try {
        attempt();
      } catch (error) {
        return error.code;
      }
      return "success";
    };
    const signal = answer(() => apply(kill, process, [1, 0]));
    const file = answer(() => fs.closeSync(fs.openSync("/etc/passwd")));
    if (signal !== "EPERM" || (file !== "ENOENT" && file !== "EACCES")) {
      throw new Error(`a signal answered ${signal}, opening /etc/passwd ${file}`);
    }
  };

  /** `node -e` gives names to its realm that `node FILE` does not have. */
  const dropNamesOfEval = () => {
    for (const name of builtinModules) {
      const property = Object.getOwnPropertyDescriptor(globalThis, name);
      const stays = name === "process" || name === "console" || !property || property.enumerable;
      if (!stays) delete globalThis[name];
    }
    for (const name of ["require", "module", "exports", "__filename", "__dirname"]) delete globalThis[name];
  };

  const loadRunner = () => {
    const realm = createContext({ host });
    let value;
    for (const { kind, name, text } of runnerFiles()) {
      const filename = `sluice:${name}`;
      if (kind === "globals") {
        host.face.addGlobals(host.evaluate(text, filename), { load, builtinModules, isBuiltin });
      } else {
        value = apply(runInContext, new Script(text, { filename }), [realm]);
        if (kind === "face") host.face = value;
      }
    }
    return value;
  };

  /** Starts what Node starts late: its pool of threads, and the streams of the log as plain writers. */
  const warmUp = (done) => {
    void process.stdout;
    void process.stderr;
    process.env.UV_THREADPOOL_SIZE = "2";
    fs.access("/", () => {
      for (const name of Object.keys(process.env)) delete process.env[name];
      done();
    });
  };

  const face = loadRunner();
  const isChecked = process.argv[1] !== "unchecked"; // a test that leaves the filter out
  process.execArgv = [];
  dropNamesOfEval();
  warmUp(() => face.begin(isChecked ? checkRefusals : () => {}));
})();
