"use strict";
// From whatever was thrown to {type, message, line, traceback}: the script's own frames only.

/** The frames of the script's files. */
const framesOf = (error) => {
  const stack = peek(error, "stack");
  if (typeof stack !== "string") return [];
  const frames = [];
  for (const entry of stack.split("\n")) {
    const frame = frameOf(entry);
    if (!frame || !job.files.has(frame.file)) continue;
    const column = frame.column - (frame.line === 1 ? job.files.get(frame.file) : 0);
    if (column > 0) frames.push({ ...frame, column }); // else it is our wrapper
  }
  return withoutConstructors(frames, error);
};

/** A class of errors that calls `super(…)` is where it was made, not where it was thrown. */
const withoutConstructors = (frames, error) => {
  const names = new Set();
  for (let made = peek(error, "constructor"), left = 10; made && left > 0; left -= 1) {
    names.add(peek(made, "name"));
    made = peek(made, "__proto__");
  }
  const first = frames.findIndex((frame) => !names.has(frame.name));
  return first > 0 ? frames.slice(first) : frames;
};

const nameOfError = (error) => {
  const name = peek(error, "name");
  const given = typeof name === "string" && name ? name : "Error";
  const made = peek(peek(error, "constructor"), "name");
  return given === "Error" && typeof made === "string" && made ? made : given;
};

const messageOfError = (error) => {
  const message = peek(error, "message");
  return typeof message === "string" ? message : message === undefined ? "" : inspect(message);
};

const isError = (value) => isObject(value)
  && (tagOf(value) === "Error" || typeof peek(value, "stack") === "string");

const describeFrame = ({ name, file, line, column }) =>
  name && !/ code$/.test(name) ? `    at ${name} (${file}:${line}:${column})`
    : `    at ${file}:${line}:${column}`;

/** At most twenty lines; a recursion's frames become one. */
const describeFrames = (frames) => {
  const lines = [];
  let repeats = 0;
  for (const line of frames.map(describeFrame)) {
    if (line === lines.at(-1)) repeats += 1;
    else if (lines.length < 20) lines.push(line);
  }
  return repeats ? [...lines, `    (and ${repeats} times more)`] : lines;
};

const describeOne = (error) => {
  if (!isError(error)) return [`thrown: ${inspect(error)}`];
  const message = messageOfError(error);
  return [message ? `${nameOfError(error)}: ${message}` : nameOfError(error),
    ...describeFrames(framesOf(error))];
};

const describeCauses = (error, lines, left) => {
  const cause = isObject(error) ? peek(error, "cause") : undefined;
  if (cause !== undefined && left > 0) {
    const [head, ...frames] = describeOne(cause);
    lines.push(`Caused by: ${head}`, ...frames);
    describeCauses(cause, lines, left - 1);
  }
  const errors = isObject(error) ? peek(error, "errors") : undefined;
  if (Array.isArray(errors) && left > 0) {
    for (const [index, one] of errors.slice(0, 5).entries()) {
      lines.push(`[${index}] ${describeOne(one).join("\n    ")}`);
    }
  }
};

const raisedPayload = (type, message, line, traceback, more = {}) =>
  JSON.stringify({
    ...more, type: cut(type).toWellFormed(), message: cut(message).toWellFormed(), line,
    traceback: traceback && cut(traceback).toWellFormed(),
  });

/** The outcome of an uncaught error: [kind, payload]. */
const describe = (error) => {
  if (error instanceof Refused) {
    if (error.kind === OUTPUT_EXCEEDED) return [error.kind, JSON.stringify({ message: error.message })];
    return [RAISED, raisedPayload("TypeError",
      `the value that main returned cannot become JSON: ${error.message}`, null, null)];
  }
  if (!isError(error)) {
    const shown = typeof error === "string" ? error : inspect(error);
    return [RAISED, raisedPayload(isObject(error) ? nameOfThrown(error) : typeof error, shown, null, null)];
  }
  const frames = framesOf(error);
  const place = job.places.get(error);
  const seen = frames.find((frame) => frame.file === job.file)?.line;
  const constant = seen ? assignedConstant(error, job.sources.get(job.file), seen) : null;
  const line = place?.line ?? constant?.line ?? seen
    ?? (frames.length ? job.importLine : null); // a file beside the script, while it was imported
  const lines = describeOne(error);
  if (constant) lines.push(`    '${constant.name}' is a constant and assigned to in ${job.file}:${constant.line}`);
  if (place) lines.push(`    at ${place.file ?? job.file}:${place.inFile ?? place.line}`);
  describeCauses(error, lines, 5);
  const column = place?.column ? ` (column ${place.column})` : "";
  const note = job.notes.get(error);
  const message = (note?.message ?? messageOfError(error)) + column + (note?.suffix ?? "")
    + (constant ? ` '${constant.name}' is a constant` : "");
  const isDoubtful = isPerhapsOutOfMemory(error);
  const payload = raisedPayload(nameOfError(error), message, line, lines.join("\n"),
    isDoubtful ? { parser: true } : {});
  return [isDoubtful || isOutOfMemory(error) ? OUT_OF_MEMORY : RAISED, payload];
};

const nameOfThrown = (value) => {
  const name = peek(peek(value, "constructor"), "name");
  return typeof name === "string" && name ? name : "Object";
};
