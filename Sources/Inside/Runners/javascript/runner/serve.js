"use strict";
// One run from the job to its outcome, and the face that C calls.

const outcome = { kind: 0, payload: "", status: 0 };

const finish = (kind, payload) => {
  if (outcome.kind !== 0) return;
  outcome.kind = kind;
  outcome.payload = payload;
  host.settled?.();
};

const fail = (error) => {
  try {
    if (job.style === "program") return failProgram(error);
    finish(...describe(error));
  } catch (second) {
    const memory = isOutOfMemory(second) || isOutOfMemory(error);
    finish(memory ? OUT_OF_MEMORY : RAISED,
      raisedPayload("Error", "an error that cannot be described", null, null));
  }
};

const startJob = (options, source, paths, sources) => {
  const file = options.file || "script.js";
  job = {
    file,
    style: options.style ?? "plain",
    mode: options.mode ?? "all",
    profile: options.profile ?? "pure",
    proxy: options.proxy ?? null,
    limits: { bytes: options.output ?? 8 * 1024 * 1024, depth: options.depth ?? 128,
      lenient: options.style === "n8n" },
    sources: new Map(paths.map((path, index) => [normalized(path), sources[index]])),
    source,
    records: new Map(),
    builtins: new Map(),
    files: new Map([[file, 0]]), // the script's files, with what stands before their first line
    places: new WeakMap(), // errors whose place is not in their stack
    notes: new WeakMap(), // what n8n would add to an error's message
    importLine: null,
    hasRun: false, // of a program: its text has been run to the end
  };
  outcome.kind = 0;
  outcome.payload = "";
  timers.clear();
  exchanges.clear();
};

const mainOf = (one) => {
  if (typeof one.main === "function") return one.main;
  const exported = one.isModule ? one.namespace : one.exports;
  for (const candidate of [exported?.main, exported?.default, exported, exported?.default?.main]) {
    if (typeof candidate === "function") return candidate;
  }
  const found = one.main ?? exported?.main;
  throw new realm.TypeError(found === undefined
    ? "the script has no function 'main'; write: function main({…}) { return … }"
    : `'main' is ${Array.isArray(found) ? "an array" : `a ${typeof found}`}, not a function`);
};

const runPlain = async (inputText) => {
  const input = inputText === "" ? new realm.Object() : realm.parse(inputText);
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new realm.TypeError("the input must be a JSON object: its members are what main receives");
  }
  const one = record(job.file);
  await drive(loading(one));
  const value = await mainOf(one)(input);
  return JSON.stringify(plainCopy(value, job.limits));
};

const serve = (optionsText, source, inputText, contextText, paths, sources) => {
  startJob(JSON.parse(optionsText), source, paths, sources);
  job.sources.set(job.file, source);
  if (job.style === "program") {
    runProgram().catch(fail);
    return true;
  }
  const run = job.style === "n8n" ? runSteps(inputText, contextText) : runPlain(inputText);
  run.then((text) => finish(RETURNED, text), fail);
  return true;
};

/** Milliseconds until the next turn, or -1: there is an outcome. */
const turn = () => {
  if (outcome.kind !== 0) return -1;
  let wait;
  try {
    wait = timers.turn();
  } catch (error) {
    fail(error);
    return -1;
  }
  if (exchanges.open.size > 0) {
    exchanges.step(wait < 0 ? 60000 : wait);
    return 0;
  }
  if (wait >= 0) return wait;
  if (job.style === "program") {
    leaveProgram();
    return -1;
  }
  fail(new realm.Error("the script waits for a promise that nothing can settle any more: no timer is left"));
  return -1;
};

/** A promise was rejected and nobody listens: said on the log, since Node would end the script. */
const noteRejection = (promise, reason) => {
  if (job.style === "program") return failProgram(reason);
  host.write(2, `unhandled rejection: ${describeOne(reason).join("\n")}\n`);
};

/** What globals/ may use of this realm. */
const services = { exitProgram, host, realm, builtins, timers, exchanges, inspect, format, missing, fail, currentJob: () => job };

/** Code that only some scripts use, run before any fork so that no child has to compile it. */
const preparations = [
  () => serve('{"file":"warm.js","style":"n8n"}',
    "return $input.all().map(({json}) => ({json: {...json, now: $now.toISO()}}));",
    "", '{"items":[{"json":{"a":1}}]}', [], []),
  () => serve('{"file":"warm.js","style":"program"}',
    `const inputs = JSON.parse(Buffer.from("eyJhIjpbMV19", "base64").toString("utf-8"));
const shown = (value) => require("util").format("<<%s>>", JSON.stringify(value));
shown(inputs);`, "", "", [], []),
  () => serve('{"file":"warm.mjs"}',
    `import { createHash } from "crypto"; import { a } from "./a.js"; import util from "util";
export async function main() {
  await new Promise((done) => setTimeout(done, 0));
  const url = new URL("http://a.b/c?d=e#f"); url.searchParams.set("g", "h");
  const text = util.format("%s", { a: [1, new Map([[1, "b"]])] }) + Buffer.from("x").toString("base64") + structuredClone(url.href);
  throw new Error(createHash("sha256").update(text + a).digest("hex"));
}`, "{}", "", ["a.js"], ["export const a = 1"]),
];
let prepared = 0;

({
  addGlobals: (factory, primitives) => factory(services, primitives) ?? true,
  rejectionCallback: () => noteRejection,
  serve,
  turn,
  kind: () => outcome.kind,
  payload: () => outcome.payload,
  /** Of a program that has ended. */
  status: () => outcome.status,
  outputLimit: () => job.limits.bytes,

  /** Starts the next preparation; false when there is none. Turn until it has an outcome. */
  prepare: () => {
    job?.scope?.remove();
    return preparations[prepared++]?.() ?? false;
  },
});
