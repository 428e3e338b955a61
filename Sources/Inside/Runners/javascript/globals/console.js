// console: the step's log. Everything but errors and warnings goes to standard output.
((services, host) => {
  "use strict";
  const { inspect, format } = services;
  const write = host.write;
  let indent = "";
  const counts = new Map();
  const started = new Map();
  const emit = (descriptor, text) =>
    write(descriptor, `${indent ? text.replace(/^/gm, indent) : text}\n`);
  const out = (...values) => emit(1, format(...values));
  const warn = (...values) => emit(2, format(...values));
  const elapsed = (label) => {
    const start = started.get(label);
    return start === undefined ? `${label}: no such timer`
      : `${label}: ${(host.monotonic() - start).toFixed(3)}ms`;
  };

  const cells = (row) => (typeof row === "object" && row !== null ? row : { Values: row });
  const table = (rows) => {
    if (typeof rows !== "object" || rows === null) return out(rows);
    const entries = Object.entries(rows).map(([index, row]) => [index, cells(row)]);
    const columns = [...new Set(entries.flatMap(([, row]) => Object.keys(row)))];
    const lines = [["(index)", ...columns],
      ...entries.map(([index, row]) => [index,
        ...columns.map((name) => (name in row ? inspect(row[name], { depth: 0 }) : ""))])];
    const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
    return out(lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join(" | ")
      .trimEnd()).join("\n"));
  };

  const methods = {
    log: out, info: out, debug: out, dir: (value, options) => emit(1, inspect(value, options)), dirxml: out,
    error: warn, warn, table,
    trace: (...values) => warn("Trace:", ...values),
    assert: (condition, ...values) => {
      if (condition) return;
      if (values.length === 0) warn("Assertion failed");
      else warn("Assertion failed:", ...values);
    },
    group: (...values) => {
      if (values.length) out(...values);
      indent += "  ";
    },
    groupEnd: () => { indent = indent.slice(2); },
    count: (label = "default") => {
      counts.set(`${label}`, (counts.get(`${label}`) ?? 0) + 1);
      out(`${label}: ${counts.get(`${label}`)}`);
    },
    countReset: (label = "default") => { counts.delete(`${label}`); },
    time: (label = "default") => { started.set(`${label}`, host.monotonic()); },
    timeLog: (label = "default", ...values) => out(elapsed(`${label}`), ...values),
    timeEnd: (label = "default") => {
      out(elapsed(`${label}`));
      started.delete(`${label}`);
    },
    clear: () => {}, profile: () => {}, profileEnd: () => {}, timeStamp: () => {},
  };
  methods.groupCollapsed = methods.group;
  const console = Object.create(Object.create(Object.prototype));
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(console, name,
      { value: method, writable: true, enumerable: true, configurable: true });
  }
  Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  Object.defineProperty(globalThis, "console", { value: console, writable: true, configurable: true });
  services.builtins.set("console", () => console);
})
