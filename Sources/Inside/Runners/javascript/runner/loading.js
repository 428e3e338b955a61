"use strict";
// Running the files in the order of their imports. A generator yields what must be awaited, so that
// `require` can run the same steps without waiting.

const define = (object, name, get) =>
  Object.defineProperty(object, name, { enumerable: true, configurable: true, get });

const namespaceFor = (target) => {
  if (target.kind === "builtin") return namespaceOf(builtinExports(target.name));
  const one = record(target.path);
  return one.isModule ? one.namespace : namespaceOf(one.exports);
};

/** `export … from`: names of another file under our own. */
const forward = (one, namespace, pairs, isLive) => {
  for (const [there, here] of pairs) {
    if (isLive(there)) one.live.add(here);
    if (there !== "*") define(one.namespace, here, () => namespace[there]);
    else if (here !== null) define(one.namespace, here, () => namespace);
    else {
      for (const name of Object.keys(namespace)) {
        if (name === "default" || name in one.namespace) continue;
        define(one.namespace, name, () => namespace[name]);
        if (isLive(name)) one.live.add(name);
      }
    }
  }
};

const requireExport = (one, statement, namespace, there) => {
  if (there === "*" || there in namespace) return;
  const names = Object.keys(namespace).sort().join(", ") || "nothing";
  const error = new realm.SyntaxError(`'${statement.from}' has no export named '${there}'; it exports ${names}`);
  throw placed(error, one, statement.line, null);
};

/** The imports of an ES module, evaluated: the values that stay, and a scope for names that may change. */
function* linking(one) {
  const scope = { __proto__: null };
  const fixed = new Map();
  for (const statement of one.imports) {
    if (one.path === job.file) job.importLine = statement.line;
    let target;
    try {
      target = resolve(statement.from, one.path);
    } catch (error) {
      throw placed(error, one, statement.line, null);
    }
    const isFile = target.kind === "file";
    if (isFile) yield* loading(record(target.path));
    const namespace = namespaceFor(target);
    const isReady = !isFile || record(target.path).state === "done";
    const isLive = (name) => !isReady || (isFile && record(target.path).live?.has(name));
    for (const [there, here] of statement.names) {
      if (isReady) requireExport(one, statement, namespace, there);
      if (there === "*") fixed.set(here, namespace);
      else if (isLive(there)) define(scope, here, () => namespace[there]);
      else fixed.set(here, namespace[there]);
    }
    if (statement.exported) {
      for (const [there] of isReady ? statement.exported : []) {
        requireExport(one, statement, namespace, there);
      }
      forward(one, namespace, statement.exported, isLive);
    }
  }
  one.fixedNames = [...fixed.keys()];
  one.needsScope = Object.keys(scope).length > 0;
  return [scope, fixed];
}

function* runningModule(one) {
  const [scope, fixed] = yield* linking(one);
  const provide = (getters) => {
    for (const name of Object.keys(getters)) define(one.namespace, name, getters[name]);
  };
  const meta = Object.assign(new realm.Object(),
    { url: `file:///${one.path}`, filename: one.path, dirname: folderOf(one.path) });
  const body = compiled(one)(scope, provide, importFrom(one.path), meta, ...fixed.values());
  const [main] = one.waits ? yield body() : body();
  return main;
}

function* runningCommon(one) {
  const module = Object.assign(new realm.Object(),
    { exports: one.exports, id: one.path, filename: one.path, loaded: false });
  define(one, "exports", () => module.exports);
  const body = compiled(one);
  const settled = Reflect.apply(body, module.exports, [
    module.exports, requireFrom(one.path), module, one.path, folderOf(one.path) || ".",
    importFrom(one.path)]);
  const result = one.waits ? yield settled : settled;
  module.loaded = true;
  return Array.isArray(result) ? result[0] : undefined;
}

function* loading(one) {
  if (one.state === "failed") throw one.error;
  if (one.state !== "new") return;
  one.state = "loading";
  try {
    if (one.isData) one.exports = parsedData(one);
    else one.main = yield* one.isModule ? runningModule(one) : runningCommon(one);
    one.state = "done";
  } catch (error) {
    one.state = "failed";
    one.error = error;
    throw error;
  }
}

const parsedData = (one) => {
  try {
    return realm.parse(one.source);
  } catch (error) {
    throw placed(new realm.SyntaxError(`${one.path} is not JSON: ${messageOfError(error)}`), one, 1, null);
  }
};

/** Runs the steps, waiting where they wait. */
const drive = async (steps) => {
  let step = steps.next();
  while (!step.done) {
    let value;
    let failure = null;
    try {
      value = await step.value;
    } catch (error) {
      failure = { error };
    }
    step = failure ? steps.throw(failure.error) : steps.next(value);
  }
  return step.value;
};

/** Runs the steps at once; a file that has to wait cannot be required. */
const driveNow = (steps, path) => {
  const step = steps.next();
  if (!step.done) throw new realm.Error(`require of '${path}': the file uses await outside a function; use import`);
};

const requireFrom = (from) => {
  const load = (specifier) => {
    const name = String(specifier);
    const target = resolve(name, from);
    if (target.kind === "builtin") return builtinExports(target.name);
    const line = framesOf(new Error()).find((frame) => frame.file === job.file)?.line;
    if (line) job.importLine = line;
    const one = record(target.path);
    driveNow(loading(one), target.path);
    return one.isModule ? one.namespace : one.exports;
  };
  return services.makeRequire(load, (specifier) => {
    const target = resolve(String(specifier), from);
    return target.path ?? target.name;
  });
};

const importFrom = (from) => services.makeImport((specifier) =>
  realm.resolvedPromise((fulfil, reject) => {
    const steps = async () => {
      const target = resolve(String(specifier), from);
      if (target.kind === "file") await drive(loading(record(target.path)));
      return namespaceFor(target);
    };
    // Not resolved with the namespace's own `then`, if it exports one.
    steps().then((namespace) => fulfil(namespace), reject);
  }));
