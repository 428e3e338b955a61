"use strict";
// The files beside the script, and the built-in modules. CommonJS and ES modules live together: a file
// that uses `import` or `export` is an ES module, in strict mode; every other one is as in Node.

/** Built-in modules by name; filled by globals/. */
const builtins = new Map();

const normalized = (path) => {
  const parts = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
};
const folderOf = (path) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** The path of a file that was given, or null. */
const findFile = (base, specifier) => {
  const folders = [base, ...(base === folderOf(job.file) ? [""] : [])];
  for (const folder of folders) {
    const path = normalized(`${folder}/${specifier}`);
    for (const end of ["", ".js", ".mjs", ".cjs", ".json", "/index.js"]) {
      if (job.sources.has(path + end)) return path + end;
    }
  }
  return null;
};

const missing = (specifier, from) => {
  const error = new realm.Error(missingWords(specifier));
  error.code = "MODULE_NOT_FOUND";
  return error;
};
/** Whether only Node.js has it; `NodeModuleImport.modules` is the same list. */
const isNodes = (specifier) => /^(node:)?(async_hooks|child_process|cluster|constants|dgram|diagnostics_channel|dns(\/promises)?|domain|fs(\/promises)?|https?|http2|inspector(\/promises)?|module|net|path\/win32|punycode|readline(\/promises)?|repl|sea|sqlite|stream(\/(consumers|promises|web))?|sys|test|tls|trace_events|tty|v8|vm|wasi|worker_threads|zlib)$/.test(specifier);
const missingWords = (specifier) => {
  if (/^\.{0,2}\//.test(specifier)) {
    const files = [...job.sources.keys()].sort();
    const known = files.length
      ? `the flow's files are: ${files.slice(0, 20).join(", ")}`
      : "no other file was given with the script";
    return `no module file '${specifier}'; ${known}`;
  }
  const own = findFile("", specifier);
  if (own) return `no module named '${specifier}'; import the file as './${own}'`;
  const names = [...builtins.keys()].sort().join(", ");
  const hint = isNodes(specifier) ? `; '${specifier}' is a module of Node.js: ask for it with 'runtime: node'` : "";
  return `no module named '${specifier}'; profile '${job.profile}' has only: ${names}${hint}`;
};

/** {kind: "builtin", name} or {kind: "file", path}; throws if there is neither. */
const resolve = (specifier, from) => {
  if (!/^\.{0,2}\//.test(specifier)) {
    const name = specifier.replace(/^node:/, "");
    if (builtins.has(name)) return { kind: "builtin", name };
    throw missing(specifier, from);
  }
  const path = specifier.startsWith("/") ? null : findFile(folderOf(from), specifier);
  if (path === null) throw missing(specifier, from);
  return { kind: "file", path };
};

const builtinExports = (name) => {
  if (!job.builtins.has(name)) job.builtins.set(name, builtins.get(name)());
  return job.builtins.get(name);
};

/** The object that `import * as ns` of foreign exports sees. */
const namespaceOf = (exported) => {
  const namespace = { __proto__: null };
  if (isObject(exported)) {
    for (const name of Object.keys(exported)) {
      Object.defineProperty(namespace, name, { enumerable: true, get: () => exported[name] });
    }
  }
  Object.defineProperty(namespace, "default", { enumerable: true, configurable: true, get: () => exported });
  return namespace;
};

/** A file once it is parsed: {path, isModule, waits, state, exports, namespace, find}. */
const record = (path) => {
  const known = job.records.get(path);
  if (known) return known;
  const source = job.sources.get(path);
  const one = { path, source, state: "new", exports: new realm.Object(), namespace: null, main: undefined };
  job.records.set(path, one);
  if (path.endsWith(".json")) return Object.assign(one, { isData: true });
  try {
    Object.assign(one, rewrite(source));
  } catch (error) {
    if (!(error instanceof TransformError)) throw error;
    throw placed(new realm.SyntaxError(error.message), one, error.line, null);
  }
  if (path.endsWith(".mjs")) one.isModule = true;
  if (path.endsWith(".cjs") && one.isModule) {
    throw placed(new realm.SyntaxError("a .cjs file cannot use import or export"), one, 1, null);
  }
  one.namespace = one.isModule ? { __proto__: null } : null;
  one.live = new Set(one.provides.filter(([, local]) => one.variables.has(local)).map(([name]) => name));
  return one;
};

/** Remembers where an error without frames of its own belongs. */
const placed = (error, one, line, column) => {
  const isMain = one.path === job.file;
  job.places.set(error, { line: isMain ? line : job.importLine, column, file: one.path, inFile: line });
  return error;
};

/**
 * The function around a file's text. Its first line is the file's first line.
 *
 * Imported names that cannot change are parameters; the others are looked up each time, by `with`.
 */
const wrapped = (one) => {
  const { exports, scope, import: load, meta } = HIDDEN;
  const suffix = `\n;return[typeof main==="undefined"?undefined:main];`;
  const word = one.waits ? "async function" : "function";
  if (!one.isModule) {
    return [`(${word}(exports,require,module,__filename,__dirname,${load}){`, one.text, `${suffix}})`];
  }
  const getters = one.provides.map(([name, local]) => `${JSON.stringify(name)}:()=>${local}`).join(",");
  const parameters = [scope, exports, load, meta, ...one.fixedNames];
  const around = one.needsScope ? `with(${scope})` : "";
  return [
    `(function(${parameters}){${around}{return ${word}(){"use strict";${exports}({${getters}});`,
    one.text, `${suffix}}}})`];
};

const compiled = (one, [prefix, text, suffix] = wrapped(one)) => {
  job.files.set(one.path, prefix.length);
  try {
    return host.evaluate(prefix + text + suffix, one.path);
  } catch (error) {
    if (peek(error, "name") !== "SyntaxError") throw error;
    throw syntaxMistake(one, error);
  }
};

const typeAnnotation = /[\w)\]}?]\s*:\s*(?:string|number|boolean|any|unknown|void|object|Record|Array|Promise|\{)/;

/** The syntax error of a file: the wrapper around it may blur what is wrong and where. */
const syntaxMistake = (one, error) => {
  const alone = one.isModule || one.waits ? undefined : host.syntaxError(one.text, one.path);
  const best = alone && !isOfMissingWrapper(alone) ? alone : error;
  const { line, column } = syntaxPlace(best, one.source);
  const lines = one.source.split("\n").length;
  const fault = bracketFault(one.text);
  const faultLine = fault && lineAt(one.text, fault.start);
  // A bracket is at fault only if nothing before its end is.
  if (fault && !(isOfUnexpectedToken(best) && line < (fault.isOpen ? lines + 1 : faultLine))) {
    const mistake = new realm.SyntaxError(fault.message);
    return placed(mistake, one, faultLine, columnAt(one.text, fault.start));
  }
  if (/^Unexpected token '[:?]'/.test(messageOfError(best)) && typeAnnotation.test(one.text.split("\n")[line - 1] ?? "")) {
    job.notes.set(best, { suffix: "; types are TypeScript's and not JavaScript's: leave them out" });
  }
  return placed(best, one, Math.min(line, lines), column);
};
