"use strict";
// Values as people read them: console.log and util.inspect, close to Node's.

const quoted = (text) => {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") ? "`" : "'";
  const inner = text.replace(/[\n\r\t\b\f\v\\\x00-\x1f\x7f]/g, (c) => ({
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\",
  })[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
  return mark + (mark === "'" ? inner.replaceAll("'", "\\'") : inner) + mark;
};

const keyText = (key) => {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
};

const classOf = (value) => {
  for (let one = value; one !== null; one = Object.getPrototypeOf(one)) {
    const made = Object.getOwnPropertyDescriptor(one, "constructor")?.value;
    if (typeof made === "function" && typeof made.name === "string" && made.name) return made.name;
  }
  return null;
};

const primitiveText = (value) => {
  switch (typeof value) {
    case "string": return quoted(value);
    case "bigint": return `${value}n`;
    case "number": return Object.is(value, -0) ? "-0" : String(value);
    default: return String(value);
  }
};

class Inspection {
  constructor(options) {
    this.limit = options?.depth === null ? Infinity : options?.depth ?? 2;
    this.items = options?.maxArrayLength === null ? Infinity : options?.maxArrayLength ?? 100;
    this.width = options?.breakLength ?? 80;
    this.compact = options?.compact === false ? 0 : 3;
    this.stack = [];
    this.circular = new Map();
    this.indent = 0;
    this.deepest = 0;
    this.budget = 200_000; // characters, so that no log call can run for long
  }

  value(value) {
    if (!isObject(value)) return primitiveText(value);
    if (this.stack.includes(value)) {
      if (!this.circular.has(value)) this.circular.set(value, this.circular.size + 1);
      return `[Circular *${this.circular.get(value)}]`;
    }
    try {
      return this.object(value);
    } catch (error) {
      return `[${tagOf(value)}: cannot be shown]`;
    }
  }

  custom(value) {
    const method = value[realm.Symbol.for("nodejs.util.inspect.custom")];
    if (typeof method !== "function") return null;
    const shown = Reflect.apply(method, value, [this.limit - this.stack.length, {}, inspect]);
    return typeof shown === "string" ? shown : this.value(shown);
  }

  object(value) {
    const custom = this.custom(value);
    if (custom !== null) return custom;
    const name = classOf(value);
    const shape = this.shape(value, name);
    if (shape.text !== undefined && shape.keys.length === 0) return shape.text;
    if (this.stack.length > this.limit) {
      return `[${Array.isArray(value) ? "Array" : name ?? "Object: null prototype"}]`;
    }
    const outer = Math.max(this.deepest, this.stack.length);
    this.deepest = this.stack.length;
    this.stack.push(value);
    this.indent += 2;
    const entries = shape.entries ? shape.entries() : [];
    for (const key of shape.keys) {
      if (this.budget < 0) break;
      entries.push(this.property(value, key));
    }
    this.indent -= 2;
    this.stack.pop();
    const levels = this.deepest - this.stack.length;
    this.deepest = Math.max(outer, this.deepest);
    const mark = this.circular.get(value);
    const head = [mark ? `<ref *${mark}>` : "", shape.head ?? "", shape.text ?? ""].filter(Boolean).join(" ");
    return this.joined(entries, head, shape.brackets ?? ["{", "}"], levels);
  }

  property(value, key) {
    const own = Object.getOwnPropertyDescriptor(value, key);
    const name = own?.enumerable === false ? `[${String(key)}]` : keyText(key);
    if (own?.get) return `${name}: ${own.set ? "[Getter/Setter]" : "[Getter]"}`;
    if (own?.set) return `${name}: [Setter]`;
    const text = this.value(own ? own.value : value[key]);
    this.budget -= text.length;
    return `${name}: ${text}`;
  }

  /** How a kind of object is shown: {head, brackets, entries(), text, keys}. */
  shape(value, name) {
    const keys = Reflect.ownKeys(value)
      .filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
    if (Array.isArray(value)) {
      const extra = keys.filter((key) => typeof key === "symbol" || !/^\d+$/.test(key));
      const head = name === "Array" ? "" : `${name ?? "[Array: null prototype]"}(${value.length})`;
      return { head, brackets: ["[", "]"], keys: extra, entries: () => this.list(value) };
    }
    if (typeof value === "function") return { keys, text: this.functionText(value) };
    if (isError(value)) {
      const extra = keys.filter((key) => !["line", "column", "sourceURL", "stack"].includes(key));
      return { keys: extra, text: describeOne(value).join("\n") + this.causeText(value) };
    }
    if (ArrayBuffer.isView(value) && tagOf(value) !== "DataView") {
      return { head: `${name}(${value.length})`, brackets: ["[", "]"], keys: [],
        entries: () => this.list(value) };
    }
    return this.collection(value, name, keys) ?? {
      keys, head: name === "Object" ? "" : name ?? "[Object: null prototype]",
      text: keys.length === 0 && name === "Object" ? "{}" : undefined };
  }

  collection(value, name, keys) {
    if (mapSize(value) !== undefined) {
      const entries = () => [...Map.prototype.entries.call(value)].slice(0, this.items)
        .map(([key, item]) => `${this.value(key)} => ${this.value(item)}`);
      return { head: `${name}(${mapSize(value)})`, keys, entries };
    }
    if (setSize(value) !== undefined) {
      const entries = () => [...Set.prototype.values.call(value)].slice(0, this.items)
        .map((item) => this.value(item));
      return { head: `${name}(${setSize(value)})`, keys, entries };
    }
    const time = timeOf(value);
    if (time !== undefined) {
      return { keys, text: Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString() };
    }
    switch (tagOf(value)) {
      case "RegExp": return { keys, text: String(value) };
      case "Promise": return { keys, head: "Promise", text: "Promise {}" };
      case "ArrayBuffer": return { keys, text: `ArrayBuffer { byteLength: ${value.byteLength} }` };
      case "Number": case "String": case "Boolean": case "BigInt": case "Symbol":
        return { keys: keys.filter((key) => !/^\d+$/.test(String(key))),
          text: `[${tagOf(value)}: ${primitiveText(value.valueOf())}]` };
      default: return null;
    }
  }

  functionText(value) {
    const source = Function.prototype.toString.call(value);
    if (/^class\b/.test(source)) return `[class ${value.name || "(anonymous)"}]`;
    const kind = tagOf(value);
    return value.name ? `[${kind}: ${value.name}]` : `[${kind} (anonymous)]`;
  }

  causeText(error) {
    const own = Object.getOwnPropertyDescriptor(error, "cause");
    return own && "value" in own ? ` {\n  [cause]: ${this.value(own.value)}\n}` : "";
  }

  list(value) {
    const entries = [];
    const count = Math.min(value.length, this.items);
    for (let index = 0; index < count && this.budget > 0; index += 1) {
      if (!(index in value)) {
        let end = index;
        while (end < value.length && !(end in value) && end - index < 1e6) end += 1;
        entries.push(`<${end - index} empty item${end - index > 1 ? "s" : ""}>`);
        index = end - 1;
        continue;
      }
      const text = this.value(value[index]);
      this.budget -= text.length;
      entries.push(text);
    }
    const left = value.length - count;
    if (left > 0) entries.push(`... ${left} more item${left > 1 ? "s" : ""}`);
    return entries;
  }

  /** On one line if it is short and not nested deeply; long lists of short things in columns. */
  joined(entries, head, [open, close], levels) {
    const start = head ? `${head} ${open}` : open;
    if (entries.length === 0) return start + close;
    const space = " ".repeat(this.indent);
    const rows = open === "[" ? this.columns(entries) : entries;
    const length = entries.reduce((sum, entry) => sum + entry.length + 2, start.length + this.indent + 10);
    const isShort = length <= this.width && !entries.some((entry) => entry.includes("\n"));
    if (rows === entries && isShort && levels < this.compact) {
      return `${start} ${entries.join(", ")} ${close}`;
    }
    return `${start}\n${space}  ${rows.join(`,\n${space}  `)}\n${space}${close}`;
  }

  columns(entries) {
    const isMore = entries.at(-1).startsWith("... ");
    const cells = isMore ? entries.slice(0, -1) : entries;
    const width = Math.max(...cells.map((cell) => cell.length)) + 2;
    if (cells.length <= 6 || width > 18 || entries.some((entry) => entry.includes("\n"))) return entries;
    const count = Math.max(1,
      Math.min(16, Math.floor((this.width - this.indent - 4) / width),
      Math.ceil(Math.sqrt(2.5 * width * cells.length) / width)));
    const isNumeric = cells.every((cell) => /^-?[\d.]+(e[+-]?\d+)?n?$/.test(cell));
    const rows = [];
    for (let at = 0; at < cells.length; at += count) {
      const row = cells.slice(at, at + count);
      rows.push(row.map((cell, index) => {
        if (isNumeric) return cell.padStart(width - 2);
        return index === row.length - 1 ? cell : `${cell},`.padEnd(width - 1);
      }).join(isNumeric ? ", " : " "));
    }
    return isMore ? [...rows, entries.at(-1)] : rows;
  }
}

const inspect = (value, options) => new Inspection(isObject(options) ? options : undefined).value(value);

/** printf-like, as console.log does it. */
const format = (...values) => {
  let text = "";
  let index = 0;
  if (typeof values[0] === "string") {
    index = 1;
    text = values[0].replace(/%[sdifjoOc%]/g, (mark) => {
      if (mark === "%%") return values.length > 1 ? "%" : mark;
      if (index >= values.length) return mark;
      const value = values[index++];
      switch (mark) {
        case "%s": return typeof value === "string" ? value : isObject(value)
          ? inspect(value, { depth: 0 }) : primitiveText(value);
        case "%d": return isObject(value) ? "NaN" : typeof value === "bigint" ? `${value}n`
          : String(Number(value));
        case "%i": return isObject(value) ? "NaN" : String(parseInt(value, 10));
        case "%f": return String(parseFloat(value));
        case "%j": return brand(() => JSON.stringify(value)) ?? "[Circular]";
        case "%c": return "";
        default: return inspect(value, mark === "%o" ? { depth: 4 } : undefined);
      }
    });
  }
  for (; index < values.length; index += 1) {
    const value = values[index];
    text += (index > 0 ? " " : "") + (typeof value === "string" ? value : inspect(value));
  }
  return text;
};
