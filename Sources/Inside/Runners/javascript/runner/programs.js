"use strict";
// `style: program`: a whole program, run as Node runs a file. It ends when nothing is left to wait for, by
// process.exit or by an error that nobody catches; its exit status says which, and there is no result.

/** The outcome's kind then, which never stands in a frame: PROGRAM_ENDED in engine.c. */
const ENDED = 5;
const UNSETTLED = 13; // as Node has it

const exitStatus = (code) => {
  const given = Number(code ?? peek(peek(realm.globalThis, "process"), "exitCode") ?? 0);
  return Number.isInteger(given) ? given & 0xff : 1;
};

const endProgram = (status) => {
  if (outcome.kind !== 0) return;
  outcome.status = status;
  finish(ENDED, "");
};

/** process.exit; returns for other styles. */
const exitProgram = (code) => {
  if (job.style === "program") host.exit(exitStatus(code));
};

/** Nothing is left to wait for. */
const leaveProgram = () => {
  if (job.hasRun) return endProgram(exitStatus());
  host.write(2, "Warning: the program awaits what nothing can settle any more\n");
  endProgram(UNSETTLED);
};

/** As Node shows it: the line, then the error with its frames. */
const uncaughtText = ({ message, line, traceback }) => {
  if (traceback === null) return `Uncaught: ${message}\n`;
  const text = line === null ? undefined : job.source.split("\n")[line - 1];
  return `${text === undefined ? "" : `${job.file}:${line}\n${text}\n\n`}${traceback}\n`;
};

const failProgram = (error) => {
  if (outcome.kind !== 0) return;
  const [kind, payload] = describe(error);
  if (kind === OUT_OF_MEMORY) return finish(kind, payload);
  host.write(2, uncaughtText(JSON.parse(payload)));
  endProgram(1);
};

const runProgram = async () => {
  await drive(loading(record(job.file)));
  job.hasRun = true;
};
