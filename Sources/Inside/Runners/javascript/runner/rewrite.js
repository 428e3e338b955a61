"use strict";

/** What one `export` statement means; the cursor stands behind the word. */
const exportStatement = (cursor, module, replace) => {
  const start = cursor.previous.start;
  const erase = () => replace(start, cursor.previous.end, "");
  if (cursor.take("*")) {
    const name = cursor.take("as") ? cursor.word() : null;
    cursor.expect("from");
    module.imports.push({ from: cursor.specifier(), names: [], exported: [["*", name]] });
    skipAttributes(cursor);
    return erase();
  }
  if (cursor.is("{")) {
    const pairs = nameList(cursor);
    if (cursor.take("from")) {
      module.imports.push({ from: cursor.specifier(), names: [], exported: pairs });
      skipAttributes(cursor);
    } else {
      for (const [local, name] of pairs) module.provides.push([name, local]);
    }
    return erase();
  }
  if (cursor.take("default")) return exportDefault(cursor, module, replace, start);

  replace(start, cursor.previous.end, "");
  if (["const", "let", "var"].some((word) => cursor.take(word))) {
    const first = cursor.index;
    for (const name of declaredNames(cursor)) module.provides.push([name, name]);
    cursor.index = first; // the values may hold import() and await
    return undefined;
  }
  cursor.take("async");
  if (!cursor.take("function") && !cursor.take("class")) cursor.fail("expected a declaration");
  cursor.take("*");
  const name = cursor.word();
  module.provides.push([name, name]);
  return undefined;
};

const exportDefault = (cursor, module, replace, start) => {
  const wordsEnd = cursor.previous.end;
  const first = cursor.index;
  cursor.take("async");
  const isDeclaration = cursor.take("function") || cursor.take("class");
  if (!isDeclaration) {
    cursor.index = first;
    replace(start, wordsEnd, `const ${HIDDEN.fallback} =`);
    module.provides.push(["default", HIDDEN.fallback]);
    return;
  }
  cursor.take("*");
  replace(start, wordsEnd, "");
  if (cursor.token?.type === "name" && !cursor.is("extends")) {
    module.provides.push(["default", cursor.word()]);
  } else {
    const place = cursor.previous.end;
    replace(place, place, ` ${HIDDEN.fallback} `);
    module.provides.push(["default", HIDDEN.fallback]);
  }
};

/** The names of a `let` or `var` at the top: what they export may change later. */
const noteVariables = (cursor, module) => {
  const first = cursor.index;
  try {
    for (const name of declaredNames(cursor)) module.variables.add(name);
  } catch (error) {
    if (!(error instanceof TransformError)) throw error; // `let` as a plain name
  }
  cursor.index = first;
};

/**
 * What a source imports and exports, and its text without those statements.
 *
 * {text, isModule, waits (uses await outside functions), imports,
 * provides: [name, local expression], variables}
 */
const rewrite = (source) => {
  const module = { text: source, isModule: false, waits: false, imports: [], provides: [],
    variables: new Set() };
  if (source.startsWith("#!")) module.text = `//${source.slice(2)}`;
  if (!/\b(?:import|export|await)\b/.test(source)) return module;

  const edits = [];
  const replace = (start, end, text) => edits.push({ start, end, text });
  const tokens = tokensOf(module.text);
  const cursor = new Cursor(module.text, tokens, 0);
  while (cursor.token) {
    const { token, previous, index } = cursor;
    cursor.index += 1;
    if (token.type !== "name" || (previous?.type === "mark" && [".", "?."].includes(previous.text))) continue;
    if (token.text === "await" && !token.inFunction && !cursor.is(":")) module.waits = true;
    if (token.depth === 0 && (token.text === "let" || token.text === "var")) noteVariables(cursor, module);
    if (token.text === "import") {
      if (cursor.is("(")) replace(token.start, token.end, HIDDEN.import);
      else if (cursor.is(".") && tokens[index + 2]?.text === "meta") {
        replace(token.start, tokens[index + 2].end, HIDDEN.meta);
        module.isModule = true;
      } else if (token.depth === 0 && !cursor.is("=") && !cursor.is(":")) {
        const statement = importStatement(cursor);
        statement.line = lineAt(module.text, token.start);
        cursor.take(";");
        replace(token.start, cursor.previous.end, "");
        module.imports.push(statement);
        module.isModule = true;
      }
    } else if (token.text === "export" && token.depth === 0 && !cursor.is("=") && !cursor.is(":")) {
      module.isModule = true;
      const count = module.imports.length;
      exportStatement(cursor, module, replace);
      if (module.imports.length > count) module.imports.at(-1).line = lineAt(module.text, token.start);
    }
  }
  module.text = edited(module.text, edits);
  return module;
};

/** Replacements keep the length of what they replace where they can, and always its line breaks. */
const edited = (source, edits) => {
  let text = "";
  let at = 0;
  for (const { start, end, text: given } of edits.sort((a, b) => a.start - b.start)) {
    const space = blank(source.slice(start, end));
    text += source.slice(at, start) + given + space.slice(Math.min(given.length, space.search(/[\n\r]|$/)));
    at = end;
  }
  return text + source.slice(at);
};
