"use strict";
// `style: n8n`: the body of a Code node, unchanged, and what n8n makes of what it returns.

const RESERVED = new Set(["json", "binary", "pairedItem", "error"]);

const stepMistake = (message, description) => {
  const error = new realm.Error(`${message}: ${description}`);
  error.name = "ValidationError";
  return error;
};
const notItems = () => stepMistake("Code doesn't return items properly",
  "Please return an array of objects, one for each item you would like to output.");
const notObject = (key) => stepMistake(`A '${key}' property isn't an object`,
  `In the returned data, every key named '${key}' must point to an object.`);

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const checkItem = (item) => {
  for (const key of Object.keys(item)) {
    if (RESERVED.has(key)) continue;
    const reserved = Object.keys(item).find((name) => RESERVED.has(name));
    if (reserved === undefined) {
      throw stepMistake(`Unknown top-level item key: ${key}`,
        "Access the properties of an item under `.json`, e.g. `item.json`");
    }
    throw stepMistake("Invalid output format",
      `An output item contains the reserved key '${reserved}' beside '${key}'. `
      + "To get around this, please wrap each item in an object, under a key called 'json'.");
  }
  if (!isRecord(item.json)) throw notObject("json");
  if ("binary" in item && item.binary !== undefined && !isRecord(item.binary)) throw notObject("binary");
  return item;
};

/** All-items mode: the items that n8n makes of the returned value. */
const wrappedItems = (value) => {
  if (value === null) return [];
  if (typeof value !== "object") throw notItems();
  if (!Array.isArray(value)) return value.json ? [checkItem(value)]
    : wrappedItems([value.json === null ? { json: value } : value]);
  for (const item of value) if (!isRecord(item)) throw notItems();
  const items = [...value];
  if (items.some((item) => "json" in item)) return items.map(checkItem);
  return items.map((item) => {
    if (!("binary" in item)) return { json: item };
    const { binary, pairedItem, error, ...json } = item;
    return { json, binary, ...(pairedItem !== undefined && { pairedItem }),
      ...(error !== undefined && { error }) };
  });
};

/** Each-item mode: the item, or null if it is dropped. */
const oneItem = (value, index) => {
  if (!value) return null;
  if (Array.isArray(value)) {
    throw stepMistake("Code doesn't return a single object",
      `${value.length ? "An array of objects was returned."
        : "An empty array was returned."} If you need to output multiple items, `
      + "please use the 'Run Once for All Items' mode instead.");
  }
  const item = isRecord(value) && "json" in value ? value : { json: value };
  if (!isRecord(item.json)) throw notObject("json");
  if (item.binary !== undefined && !isRecord(item.binary)) throw notObject("binary");
  return { json: item.json, ...(item.binary !== undefined && { binary: item.binary }),
    pairedItem: { item: index } };
};

/** What n8n refuses by the text alone in each-item mode. */
const checkEachBody = (source) => {
  const match = /\$input\.(first|last|all|itemMatching)/.exec(source);
  if (!match) return;
  const error = stepMistake(`Can't use .${match[1]}() here`,
    "This is only available in 'Run Once for All Items' mode");
  throw placed(error, { path: job.file }, lineAt(source, match.index), null);
};

/** n8n's hints for names of the other mode, and its suffix with line and item. */
const withHints = (error, index) => {
  if (!isError(error)) return error;
  const unknown = unknownName(error);
  const hint = { items: "`items` is not defined. Did you mean `$input.all()`?",
    item: "`item` is not defined. Did you mean `$input.item.json`?" };
  const line = job.places.get(error)?.line ?? framesOf(error).find((frame) => frame.file === job.file)?.line;
  const places = [...(line ? [`line ${line}`] : []), ...(index === null ? [] : [`for item ${index}`])];
  job.notes.set(error, { message: Object.hasOwn(hint, unknown) ? hint[unknown] : null, suffix: places.length
    ? ` [${places.join(", ")}]` : "" });
  return error;
};

const stepItems = (inputText, context) => {
  if (Array.isArray(context.items)) return context.items;
  const input = inputText === "" ? new realm.Object() : realm.parse(inputText);
  if (Array.isArray(input)) return input;
  const item = new realm.Object();
  item.json = input;
  const items = new realm.Array();
  items.push(item);
  return items;
};

const runSteps = async (inputText, contextText) => {
  const context = contextText === "" ? new realm.Object() : realm.parse(contextText);
  const items = stepItems(inputText, context);
  const isEach = job.mode === "each" || job.mode === "runOnceForEachItem";
  if (isEach) checkEachBody(job.source);
  const scope = job.scope = services.stepScope({ context, items, isEach, require: requireFrom(job.file) });
  const one = { path: job.file, source: job.source, text: job.source, waits: true };
  let body;
  try {
    body = compiled(one, ["(async function(){", one.text, "\n})"]);
  } catch (error) {
    throw withHints(error, null);
  }
  const run = async (index) => {
    scope.select(index ?? 0);
    try {
      return await Reflect.apply(body, realm.globalThis, []);
    } catch (error) {
      throw withHints(error, index);
    }
  };
  const results = [];
  if (!isEach) results.push(...wrappedItems(await run(null)));
  for (let index = 0; isEach && index < items.length; index += 1) {
    const item = oneItem(await run(index), index);
    if (item) results.push(item);
  }
  return JSON.stringify(plainCopy(results, job.limits));
};
