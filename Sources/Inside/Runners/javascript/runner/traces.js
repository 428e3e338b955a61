"use strict";
// What only JavaScriptCore says in its way: stacks, syntax errors, exhausted memory.

/** One line of a stack, `name@file:line:column`: {name, file, line, column}, or null. */
const frameOf = (entry) => {
  const match = /^(.*?)@(.*):(\d+):(\d+)$/.exec(entry);
  return match && { name: match[1], file: match[2], line: Number(match[3]), column: Number(match[4]) };
};

/** The engine says which token a syntax error met; its column is known if the line has it once. */
const syntaxPlace = (error, source) => {
  const line = Number(peek(error, "line")) || 1;
  const token = /'([^']+)'/.exec(messageOfError(error))?.[1];
  const text = source?.split("\n")[line - 1] ?? "";
  const column = token && text.split(token).length === 2 ? text.indexOf(token) + 1 : null;
  return { line, column };
};

const isOutOfMemory = (error) =>
  isObject(error) && peek(error, "name") === "RangeError" && /^Out of memory/.test(messageOfError(error));

/** Syntax errors of a file alone that its wrapper cures. */
const isOfMissingWrapper = (error) => /only valid inside/.test(messageOfError(error));

/** The name in an error about a name that is not defined, or undefined. */
const unknownName = (error) => /^Can't find variable: (\S+)$/.exec(messageOfError(error))?.[1];
