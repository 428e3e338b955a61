// Timers, microtasks, clocks, and names that a script may expect but that have nothing behind them here.
((services, host) => {
  "use strict";
  const { timers, fail } = services;
  const add = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  const callable = (callback) => {
    if (typeof callback !== "function") throw new TypeError(`the callback must be a function, not ${typeof callback}`);
    return callback;
  };
  class Timeout {
    #number;
    constructor(number) { this.#number = number; }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return true; }
    refresh() { timers.refresh(this.#number); return this; }
    close() { timers.remove(this.#number); return this; }
    [Symbol.toPrimitive]() { return this.#number; }
  }
  const start = (callback, delay, repeats, values) => {
    callable(callback);
    return new Timeout(timers.add(() => callback(...values), delay, repeats));
  };
  const stop = (timer) => { if (timer !== undefined && timer !== null) timers.remove(Number(timer)); };
  const sleep = (callback, delay = 0, ...values) => start(callback, delay ?? 0, false, values);
  add("setTimeout", function setTimeout(callback, delay,
    ...values) { return sleep(callback, delay, ...values); });
  add("setInterval", function setInterval(callback, delay,
    ...values) { return start(callback, delay ?? 0, true, values); });
  add("setImmediate", function setImmediate(callback,
    ...values) { return start(callback, null, false, values); });
  add("clearTimeout", function clearTimeout(timer) { stop(timer); });
  add("clearInterval", function clearInterval(timer) { stop(timer); });
  add("clearImmediate", function clearImmediate(timer) { stop(timer); });

  const settled = Promise.resolve();
  const then = Promise.prototype.then;
  const microtask = (callback) => {
    Reflect.apply(then, settled, [() => {
      try {
        callback();
      } catch (error) {
        fail(error);
      }
    }]);
  };
  add("queueMicrotask", function queueMicrotask(callback) { microtask(callable(callback)); });

  const origin = host.monotonic();
  const wall = Date.now();
  const marks = new Map();
  add("performance", {
    timeOrigin: wall,
    now: () => host.monotonic() - origin,
    mark: (name) => {
      marks.set(name, host.monotonic() - origin);
      return { name, startTime: marks.get(name) };
    },
    measure: (name, from, to) => {
      const end = marks.get(to) ?? host.monotonic() - origin;
      const begin = marks.get(from) ?? 0;
      return { name, startTime: begin, duration: end - begin };
    },
    toJSON: () => ({ timeOrigin: wall }),
  });
  services.builtins.set("perf_hooks", () => ({ performance: globalThis.performance }));
  services.builtins.set("timers",
    () => ({ setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate }));
  services.builtins.set("timers/promises", () => ({
    setTimeout: (delay, value) => new Promise((fulfil) => sleep(() => fulfil(value), delay)),
    setImmediate: (value) => new Promise((fulfil) => setImmediate(() => fulfil(value))),
  }));

  const nanoseconds = () => BigInt(Math.round(host.monotonic() * 1e6));
  const hrtime = (before) => {
    const now = nanoseconds();
    const pair = [Number(now / 1000000000n), Number(now % 1000000000n)];
    if (!before) return pair;
    const difference = (pair[0] - before[0]) * 1e9 + pair[1] - before[1];
    return [Math.floor(difference / 1e9), difference % 1e9];
  };
  hrtime.bigint = nanoseconds;
  const stream = (descriptor) => ({ fd: descriptor, isTTY: false,
    write: (text) => { host.write(descriptor, `${text}`); return true; } });
  const process = {
    env: {}, argv: ["sluice", "script"], execArgv: [], platform: "linux", arch: "x64", pid: 1,
    version: "v20.0.0",
    versions: { node: "20.0.0", javascriptcore: "2" }, release: { name: "sluice" }, exitCode: undefined,
    title: "sluice",
    stdout: stream(1), stderr: stream(2), hrtime,
    uptime: () => (host.monotonic() - origin) / 1000,
    cwd: () => "/",
    nextTick: (callback, ...values) => microtask(() => callback(...values)),
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    on: () => process, once: () => process, off: () => process,
    emitWarning: (text) => console.warn(`Warning: ${text}`),
    exit: (code) => {
      services.exitProgram(code);
      throw new Error(`process.exit(${code ?? 0}) was called; return a value from main instead`);
    },
  };
  Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });
  add("process", process);
  services.builtins.set("process", () => process);
  add("global", globalThis);
})
