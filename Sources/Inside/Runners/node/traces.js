"use strict";
// What only V8 says in its way: stacks, syntax errors, exhausted memory.

/** One line of a stack, `    at name (file:line:column)`: {name, file, line, column}, or null. */
const frameOf = (entry) => {
  const match = /^ {4}at (?:(.*?) \()?(?:async )?(.*?):(\d+):(\d+)\)?$/.exec(entry);
  if (!match) return null;
  const name = (match[1] ?? "").replace(/^async /, "").replace(/^new /, "").replace(/ \[as .*\]$/, "");
  return { name: /anonymous/.test(name) ? "" : name.replace(/^.*\./, ""), file: match[2],
    line: Number(match[3]), column: Number(match[4]) };
};

/** V8 writes where a syntax error stands before its stack: file and line, the line, and marks below. */
const syntaxPlace = (error) => {
  const [place = "", , marks = ""] = String(peek(error, "stack")).split("\n");
  const line = Number(/:(\d+)$/.exec(place)?.[1]) || 1;
  const column = marks.indexOf("^") + 1;
  return { line, column: line > 1 && column > 0 ? column : null };
};

const isOutOfMemory = (error) => isObject(error) && peek(error, "name") === "RangeError"
  && /^(Array buffer allocation failed|Invalid string length)/.test(messageOfError(error));

const isPerhapsOutOfMemory = () => false;

/** Syntax errors of a file alone that its wrapper cures. */
const isOfMissingWrapper = (error) => /^(Illegal return|await is only valid)/.test(messageOfError(error));

/** Syntax errors about a word or a sign, not about the end of the file. */
const isOfUnexpectedToken = (error) =>
  /^(?:Unexpected (?:token|identifier|string|number|strict)|missing \))/.test(messageOfError(error));

/** V8 says where a constant was assigned to. */
const assignedConstant = () => null;

/** The name in an error about a name that is not defined, or undefined. */
const unknownName = (error) => /^(\S+) is not defined$/.exec(messageOfError(error))?.[1];

/** Node 18 does not have it yet. */
String.prototype.toWellFormed ??= function () {
  return this.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
};
String.prototype.isWellFormed ??= function () { return this.toWellFormed() === String(this); };
