"use strict";
// A Node process from its start to its result: what C does for the other engines. Runs in the runner's
// realm; `host` is Node's side of it (node/boot.js).

const JOB_MAGIC = 0x31424f4a, RESULT_MAGIC = 0x31534552; // zygote_protocol.h

/** All bytes of descriptor 0: the supervisor closes it behind the job. */
const readJob = () => {
  let bytes = host.space(64 * 1024);
  let length = 0;
  for (;;) {
    const count = host.read(0, bytes, length, bytes.length - length, null);
    if (count === 0) return { bytes, length };
    length += count;
    if (length === bytes.length) {
      const larger = host.space(2 * length);
      larger.set(bytes);
      bytes = larger;
    }
  }
};

/** The job frame's texts, as `serve` takes them. */
const jobOf = ({ bytes, length }) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let at = 0;
  const word = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const long = () => {
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
  if (word() !== JOB_MAGIC) throw new realm.Error("the job did not arrive whole");
  const count = word();
  const lengths = [];
  for (let left = 4 + 2 * count; left > 0; left -= 1) lengths.push(long());
  const texts = [];
  for (const size of lengths) {
    texts.push(host.decode(bytes, at, at + size));
    at += size;
  }
  if (at !== length) throw new realm.Error("the job did not arrive whole");
  const [options, source, input, context, ...files] = texts;
  return [options, source, input, context,
    files.filter((_, index) => index % 2 === 0), files.filter((_, index) => index % 2 === 1)];
};

const writeFrame = (kind, bytes) => {
  const frame = host.space(16 + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, RESULT_MAGIC, true);
  view.setUint32(4, kind, true);
  view.setBigUint64(8, BigInt(bytes.length), true);
  frame.set(bytes, 16);
  host.writeBytes(3, frame, frame.length);
};

/** The result leaves, and the process with it: what the script left running ends here. */
const end = () => {
  if (outcome.kind === ENDED) host.exit(outcome.status);
  let { kind } = outcome;
  let bytes = host.encode(outcome.payload);
  if (kind === RETURNED && bytes.length > job.limits.bytes) {
    kind = OUTPUT_EXCEEDED;
    bytes = host.encode(`{"message":"the value is larger than ${job.limits.bytes} bytes"}`);
  }
  writeFrame(kind, bytes);
  host.exit(0);
};

/** Node's own events end a run as the other engines' turns do. */
const listen = () => {
  host.on("unhandledRejection", (reason, promise) => noteRejection(promise, reason));
  host.on("uncaughtException", (error) => {
    if (host.listenerCount("uncaughtException") === 1) fail(error); // else the script has its own
  });
  host.on("beforeExit", () => (job.style === "program" ? leaveProgram() : fail(
    new realm.Error("the script waits for a promise that nothing can settle any more: no timer is left"))));
};

const warmScript = `const {join} = require("path");
function main({items}) { return {count: items.length, text: items.map((item) => \`\${item.a}\`).join(), ok: true}; }`;

const run = () => {
  host.settled = () => host.later(end); // when rejections that nobody listens to have been said
  startJob({}, "", [], []);
  try {
    const given = jobOf(readJob());
    const options = JSON.parse(given[0]);
    host.setArguments(options.file ?? "script.js");
    serve(...given);
  } catch (error) {
    fail(error);
  }
};

({
  /** A harmless run, the last check, and readiness: `ready` returns when descriptors 0 to 3 are there. */
  begin: (check) => {
    host.settled = () => {
      host.settled = () => {};
      check();
      host.ready();
      listen();
      run();
    };
    serve('{"file":"warm.js"}', warmScript, '{"items":[{"a":1.5},{"a":"b"}]}', "", [], []);
  },
});
