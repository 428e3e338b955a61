"use strict";
// `import` and `export`, which the engine's C interface cannot load, are rewritten in place: every line
// and, but for line 1, every column stays where the author wrote it.

/** Names that the rewritten text uses; nobody would write them. */
const HIDDEN = { import: "$sluice$import", meta: "$sluice$meta", exports: "$sluice$exports",
                 scope: "$sluice$scope", fallback: "$sluice$default" };

const blank = (text) => text.replace(/[^\n\r\u2028\u2029]/g, " ");

/** A string literal's value, escapes and all. */
const literalValue = (text) => {
  const inner = text.slice(1, -1);
  if (!inner.includes("\\")) return inner;
  return JSON.parse(`"${inner.replace(/\\'/g, "'").replace(/(^|[^\\])"/g, '$1\\"')}"`);
};

/** Walks a list of tokens; every complaint names the line. */
class Cursor {
  constructor(source, tokens, index) {
    this.source = source;
    this.tokens = tokens;
    this.index = index;
  }
  get token() { return this.tokens[this.index]; }
  get previous() { return this.tokens[this.index - 1]; }
  is(text) { return this.token !== undefined && this.token.text === text && this.token.type !== "string"; }
  take(text) {
    if (!this.is(text)) return false;
    this.index += 1;
    return true;
  }
  expect(text) {
    if (!this.take(text)) this.fail(`expected '${text}'`);
  }
  word() {
    const { token } = this;
    if (!token || (token.type !== "name" && token.type !== "string")) this.fail("expected a name");
    this.index += 1;
    return token.type === "string" ? literalValue(token.text) : token.text;
  }
  specifier() {
    const { token } = this;
    if (token?.type !== "string") this.fail("expected a module's name in quotes");
    this.index += 1;
    return literalValue(token.text);
  }
  fail(words) {
    const place = this.token ?? this.previous;
    const found = this.token ? ` but found '${this.token.text.slice(0, 40)}'` : " but the file ends";
    throw new TransformError(words + found, lineAt(this.source, place.start));
  }
}

class TransformError {
  constructor(message, line) {
    this.message = message;
    this.line = line;
  }
}

const lineAt = (source, offset) => source.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/).length;
const columnAt = (source, offset) => offset - Math.max(source.lastIndexOf("\n", offset - 1),
  source.lastIndexOf("\r", offset - 1));

/** `{a, b as c}` -> [[a, a], [b, c]] */
const nameList = (cursor) => {
  const pairs = [];
  cursor.expect("{");
  while (!cursor.take("}")) {
    const name = cursor.word();
    pairs.push([name, cursor.take("as") ? cursor.word() : name]);
    if (!cursor.is("}")) cursor.expect(",");
  }
  return pairs;
};

/** `with {type: "json"}` says nothing we need: the file's name does. */
const skipAttributes = (cursor) => {
  if (!cursor.is("with") && !(cursor.is("assert") && !cursor.token.line)) return;
  cursor.index += 1;
  nameListLike(cursor);
};
const nameListLike = (cursor) => {
  cursor.expect("{");
  while (!cursor.take("}")) cursor.index += 1;
};

/** One `import` statement; the cursor stands behind the word. Bindings: [name there, name here]. */
const importStatement = (cursor) => {
  if (cursor.token?.type === "string") {
    const from = cursor.specifier();
    skipAttributes(cursor);
    return { from, names: [] };
  }
  const names = [];
  if (cursor.token?.type === "name") {
    names.push(["default", cursor.word()]);
    if (!cursor.is("from")) cursor.expect(",");
  }
  if (cursor.take("*")) {
    cursor.expect("as");
    names.push(["*", cursor.word()]);
  } else if (cursor.is("{")) {
    names.push(...nameList(cursor));
  }
  cursor.expect("from");
  const from = cursor.specifier();
  skipAttributes(cursor);
  return { from, names };
};

/** The names a pattern binds: `{a, b: [c = 1], ...d}`; the cursor ends behind it. */
const patternNames = (cursor) => {
  const names = [];
  if (cursor.token?.type === "name") return [cursor.word()];
  const isRecord = cursor.is("{");
  const end = isRecord ? "}" : "]";
  if (!isRecord && !cursor.is("[")) cursor.fail("expected a name");
  const inside = cursor.token.depth + 1;
  cursor.index += 1;
  while (!cursor.take(end)) {
    if (cursor.take(",")) continue;
    if (cursor.take("...")) {
      names.push(...patternNames(cursor));
      continue;
    }
    if (isRecord) {
      const start = cursor.index;
      if (cursor.is("[")) skipBrackets(cursor);
      else cursor.index += 1;
      if (cursor.take(":")) names.push(...patternNames(cursor));
      else names.push(cursor.tokens[start].text);
    } else {
      names.push(...patternNames(cursor));
    }
    if (cursor.take("=")) {
      while (cursor.token && !(cursor.token.depth === inside && cursor.is(",")) &&
             !(cursor.token.depth === inside - 1 && cursor.is(end))) cursor.index += 1;
    }
    if (!cursor.token) cursor.fail("unfinished pattern");
  }
  return names;
};
const skipBrackets = (cursor) => {
  const { depth } = cursor.token;
  do cursor.index += 1;
  while (cursor.token && cursor.token.depth > depth);
  cursor.index += 1;
};

/** Whether a statement ends before this token because of the line break there. */
const endsStatement = (cursor) =>
  cursor.token.line && endsExpression(cursor.previous) &&
  (["name", "number", "string", "regex"].includes(cursor.token.type)
    ? !["in", "instanceof"].includes(cursor.token.text)
    : cursor.is("{") || cursor.is("}") || cursor.is("++") || cursor.is("--"));

/** The names of `const a = 1, {b} = c`; the cursor stands behind `const`. */
const declaredNames = (cursor) => {
  const names = [...patternNames(cursor)];
  while (cursor.token) {
    if (cursor.token.depth === 0) {
      if (cursor.is(";") || endsStatement(cursor)) break;
      if (cursor.take(",")) {
        names.push(...patternNames(cursor));
        continue;
      }
    }
    cursor.index += 1;
  }
  return names;
};
