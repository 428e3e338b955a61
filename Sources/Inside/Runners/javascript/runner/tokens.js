"use strict";
// JavaScript's tokens, as far as finding `import`, `export` and `await` needs them: strings, templates,
// regular expressions and comments are told apart from code, and brackets are matched.

const tokenPatterns = {
  space: /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)+/y,
  name: /#?(?:[\p{ID_Start}$_]|\\u(?:[\da-fA-F]{4}|\{[\da-fA-F]+\}))(?:[\p{ID_Continue}$\u200c\u200d]|\\u(?:[\da-fA-F]{4}|\{[\da-fA-F]+\}))*/uy,
  number: /0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?n?/y,
  string: /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"/y,
  regex: /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[\p{ID_Continue}$]*/uy,
  template: /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)/y,
  mark: /=>|\.\.\.|\?\.(?!\d)|\+\+|--|[^]/y,
};

/** After these words a slash starts a regular expression and a brace an object. */
const expressionWords = new Set(
  "return typeof case in of instanceof new void delete throw yield await do else".split(" "));
const headWords = new Set(["if", "while", "for", "with"]);
const blockHeads = new Set(["if", "while", "for", "with", "switch", "catch"]);

/** Whether an expression can end in this token, so that a following slash divides. */
const endsExpression = (token) => {
  if (!token) return false;
  if (token.type === "name") return !expressionWords.has(token.text);
  if (token.type !== "mark") return true;
  if (token.text === ")") return !token.head;
  if (token.text === "}") return token.expression;
  return token.text === "]" || token.text === "++" || token.text === "--";
};

/**
 * All tokens: {type, text, start, end, depth, line (a line break stands before it), inFunction}; a
 * closing bracket also says what it closes.
 *
 * Text that is not JavaScript gives some list of tokens too; the engine will say what is wrong with it.
 */
const tokensOf = (source) => {
  const tokens = [];
  const open = [];
  let at = 0;
  let line = false;
  let functions = 0; // function bodies around this place

  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const push = (type, text, bracket) => {
    const end = at + text.length;
    tokens.push({ type, text, start: at, end, depth: open.length, line, inFunction: functions > 0,
                  head: bracket?.head, isBlockHead: bracket?.isBlockHead, expression: bracket?.expression });
    at = end;
    line = false;
  };
  /** The piece of a template up to its end or its next `${`. */
  const template = (text) => {
    push("template", text);
    if (text.endsWith("${")) open.push({ text: "${", expression: true });
  };
  const openBracket = (text) => {
    const before = tokens.at(-1);
    const bracket = { text };
    if (text === "(") {
      const word = before?.type === "name" ? before.text : "";
      const isAwaited = word === "await" && tokens.at(-2)?.text === "for";
      bracket.head = headWords.has(word) || isAwaited;
      bracket.isBlockHead = blockHeads.has(word) || isAwaited;
    }
    if (text === "{") {
      const afterHead = before?.text === ")" && before.type === "mark";
      bracket.isFunction = before?.text === "=>" || (afterHead && !before.isBlockHead);
      const isStatement = !before || afterHead || before.text === "=>" || before.type === "name"
        ? !expressionWords.has(before?.text) || ["do", "else"].includes(before.text)
        : [";", "{", "}"].includes(before.text);
      bracket.expression = !isStatement;
    }
    push("mark", text);
    open.push(bracket);
    if (bracket.isFunction) functions += 1;
  };
  const closeBracket = (text) => {
    const bracket = open.pop();
    if (bracket?.isFunction) functions -= 1;
    if (text === "}" && bracket?.text === "${") {
      at += 1;
      const rest = match(tokenPatterns.template);
      at -= 1;
      template(`}${rest ?? source.slice(at + 1)}`);
      return;
    }
    push("mark", text, bracket);
  };

  while (at < source.length) {
    const space = match(tokenPatterns.space);
    if (space !== null) {
      at += space.length;
      line ||= /[\n\r\u2028\u2029]/.test(space);
      continue;
    }
    const letter = source[at];
    let text;
    if ((text = match(tokenPatterns.name)) !== null) push("name", text);
    else if ((text = match(tokenPatterns.number)) !== null) push("number", text);
    else if ((letter === "'" || letter === '"')
      && (text = match(tokenPatterns.string)) !== null) push("string", text);
    else if (letter === "`") {
      at += 1;
      const rest = match(tokenPatterns.template);
      at -= 1;
      template("`" + (rest ?? source.slice(at + 1)));
    } else if (letter === "/" && !endsExpression(tokens.at(-1))
      && (text = match(tokenPatterns.regex)) !== null) {
      push("regex", text);
    } else if ("([{".includes(letter)) openBracket(letter);
    else if (")]}".includes(letter)) closeBracket(letter);
    else push("mark", match(tokenPatterns.mark));
  }
  return tokens;
};

/** The first bracket without its partner: {message, start, isOpen: whether the text ends before it}, or null. */
const bracketFault = (source) => {
  const partners = { ")": "(", "]": "[", "}": "{" };
  const open = [];
  for (const token of tokensOf(source)) {
    if (token.type === "template") {
      if (token.text.startsWith("}")) open.pop();
      if (token.text.endsWith("${") && token.text !== "`") open.push({ ...token, text: "${" });
      else if (!/^[`}][^]*`$/.test(token.text)) return { message: "a template literal is never closed",
        start: token.start };
    }
    if (token.type !== "mark") continue;
    if ("([{".includes(token.text)) open.push(token);
    if (!(token.text in partners)) continue;
    const last = open.pop();
    if (last?.text === partners[token.text]) continue;
    const message = last ? `'${token.text}' closes a '${last.text}'` : `'${token.text}' closes nothing`;
    return { message, start: token.start };
  }
  const left = open.pop();
  return left ? { message: `'${left.text}' is never closed`, start: left.start, isOpen: true } : null;
};
