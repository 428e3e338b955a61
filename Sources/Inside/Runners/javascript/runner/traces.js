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
  isObject(error) && peek(error, "name") === "RangeError"
  && /^Out of memory(?!: Invalid regular)/.test(messageOfError(error));

/** ICU does not say why it made nothing; want of memory is the usual reason where there is little left. */
const isPerhapsOutOfMemory = (error) =>
  isObject(error) && peek(error, "name") === "TypeError"
  && /^(failed to initialize |fetch failed: Cannot allocate memory$)/.test(messageOfError(error));

/** Syntax errors about a word or a sign, not about the end of the file. */
const isOfUnexpectedToken = (error) =>
  /^Unexpected (?:token|identifier|keyword|string|number)/.test(messageOfError(error));

const assignment = /^\s*(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--)/;

/**
 * The engine says of a constant that is assigned to neither which nor where: {name, line} of the first
 * such place from a line on, or null.
 */
const assignedConstant = (error, source, from) => {
  if (messageOfError(error) !== "Attempted to assign to readonly property.") return null;
  const tokens = tokensOf(source);
  const constants = new Set();
  tokens.forEach((token, index) => {
    if (token.text !== "const" || token.type !== "name") return;
    let at = index + 1;
    do {
      if (tokens[at]?.type === "name") constants.add(tokens[at].text);
      at += 1;
    } while (tokens[at - 1]?.text !== "=" && tokens[at]?.depth > token.depth);
  });
  const places = tokens.filter((token, index) => {
    const before = tokens[index - 1]?.text;
    if (token.type !== "name" || !constants.has(token.text)) return false;
    if (["const", "let", "var", ".", "?."].includes(before)) return false;
    return ["++", "--"].includes(before) || assignment.test(source.slice(token.end, token.end + 80));
  }).map((token) => ({ name: token.text, line: lineAt(source, token.start) }));
  return places.find(({ line }) => line >= from) ?? null;
};

/** Syntax errors of a file alone that its wrapper cures. */
const isOfMissingWrapper = (error) => /only valid inside/.test(messageOfError(error));

/** The name in an error about a name that is not defined, or undefined. */
const unknownName = (error) => /^Can't find variable: (\S+)$/.exec(messageOfError(error))?.[1];
