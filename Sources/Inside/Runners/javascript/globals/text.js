// TextEncoder, TextDecoder, atob, btoa, structuredClone.
((services, host) => {
  "use strict";
  const add = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const bytesOf = (source) => {
    if (source === undefined) return new Uint8Array();
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset,
      source.byteLength);
    return new Uint8Array(source);
  };

  add("TextEncoder", class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return host.encode(`${text}`); }
    encodeInto(text, target) {
      let read = 0;
      let written = 0;
      for (const character of `${text}`) {
        const bytes = host.encode(character);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  });

  const labels = { "utf-8": "utf-8", utf8: "utf-8", "utf-16le": "utf-16le", "utf-16": "utf-16le",
                   latin1: "windows-1252", "iso-8859-1": "windows-1252", ascii: "windows-1252",
                   "windows-1252": "windows-1252" };
  const windows1252 = "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f"
    + "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";
  /** How many bytes at the end are the start of an unfinished UTF-8 sequence. */
  const unfinished = (bytes) => {
    for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
      const byte = bytes[bytes.length - back];
      if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
      if (byte < 0x80) return 0;
    }
    return 0;
  };
  add("TextDecoder", class TextDecoder {
    #encoding; #fatal; #ignoreBOM; #rest = new Uint8Array(); #started = false;
    constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
      const encoding = labels[`${label}`.trim().toLowerCase()];
      if (!encoding) throw new RangeError(`unknown encoding '${label}'`);
      this.#encoding = encoding;
      this.#fatal = fatal;
      this.#ignoreBOM = ignoreBOM;
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(source, { stream = false } = {}) {
      let bytes = bytesOf(source);
      if (this.#rest.length) {
        const joined = new Uint8Array(this.#rest.length + bytes.length);
        joined.set(this.#rest);
        joined.set(bytes, this.#rest.length);
        bytes = joined;
      }
      const keep = !stream ? 0 : this.#encoding === "utf-8" ? unfinished(bytes)
        : this.#encoding === "utf-16le" ? bytes.length % 2 : 0;
      this.#rest = bytes.slice(bytes.length - keep);
      bytes = bytes.subarray(0, bytes.length - keep);
      let text = this.#text(bytes);
      if (!this.#started && !this.#ignoreBOM && text.startsWith("\ufeff")) text = text.slice(1);
      this.#started = stream && (this.#started || text.length > 0);
      return text;
    }
    #text(bytes) {
      if (this.#encoding === "utf-8") {
        const text = host.decode(bytes, this.#fatal);
        if (text === undefined) throw new TypeError("the data is not valid utf-8");
        return text;
      }
      let text = "";
      if (this.#encoding === "utf-16le") {
        for (let at = 0; at + 1 < bytes.length; at += 2) text
          += String.fromCharCode(bytes[at] | (bytes[at + 1] << 8));
        return text;
      }
      for (const byte of bytes) text += byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80]
        : String.fromCharCode(byte);
      return text;
    }
  });

  class DOMException extends Error {
    #name;
    constructor(message = "", name = "Error") {
      super(message);
      this.#name = name;
    }
    get name() { return this.#name; }
    get code() {
      return { InvalidCharacterError: 5, AbortError: 20, TimeoutError: 23,
        DataCloneError: 25 }[this.#name] ?? 0;
    }
  }
  add("DOMException", DOMException);

  add("btoa", function btoa(text) {
    const bytes = new Uint8Array(`${text}`.length);
    for (let at = 0; at < bytes.length; at += 1) {
      const unit = `${text}`.charCodeAt(at);
      if (unit > 255) throw new DOMException("btoa takes characters up to U+00FF; encode the text first",
        "InvalidCharacterError");
      bytes[at] = unit;
    }
    return host.toBase64(bytes, false);
  });
  add("atob", function atob(text) {
    const ascii = `${text}`.replace(/[\t\n\f\r ]/g, "");
    const bytes = /[-_]/.test(ascii) ? undefined : host.fromBase64(ascii, true);
    if (bytes === undefined) throw new DOMException("atob: the text is not base64", "InvalidCharacterError");
    let binary = "";
    for (let at = 0; at < bytes.length; at += 8192) binary
      += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return binary;
  });

  const errorClasses = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const cloneObject = (value, seen) => {
    const remember = (copy) => { seen.set(value, copy); return copy; };
    const clone = (item) => cloneValue(item, seen);
    switch (tag(value)) {
      case "Date": return remember(new Date(value.getTime()));
      case "RegExp": return remember(new RegExp(value.source, value.flags));
      case "Boolean": case "Number": case "String": case "BigInt": return remember(Object(value.valueOf()));
      case "Map": {
        const copy = remember(new Map());
        for (const [key, item] of [...value]) copy.set(clone(key), clone(item));
        return copy;
      }
      case "Set": {
        const copy = remember(new Set());
        for (const item of [...value]) copy.add(clone(item));
        return copy;
      }
      case "ArrayBuffer": return remember(value.slice(0));
      case "Error": {
        const copy = remember(new (errorClasses[value.name] ?? Error)(value.message));
        if ("cause" in value) copy.cause = clone(value.cause);
        copy.stack = value.stack;
        return copy;
      }
      case "Promise": case "WeakMap": case "WeakSet": case "WeakRef": case "Symbol":
        throw new DOMException(`structuredClone cannot copy a ${tag(value)}`, "DataCloneError");
    }
    if (ArrayBuffer.isView(value)) {
      const buffer = clone(value.buffer);
      const size = value instanceof DataView ? value.byteLength : value.length;
      const Kind = value instanceof DataView ? DataView
        : globalThis[Object.getPrototypeOf(Uint8Array.prototype) && tag(value)];
      return remember(new Kind(buffer, value.byteOffset, size));
    }
    const copy = remember(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) copy[key] = clone(value[key]);
    return copy;
  };
  const cloneValue = (value, seen) => {
    if (typeof value === "function" || typeof value === "symbol") {
      throw new DOMException(`structuredClone cannot copy a ${typeof value}`, "DataCloneError");
    }
    if (typeof value !== "object" || value === null) return value;
    return seen.get(value) ?? cloneObject(value, seen);
  };
  add("structuredClone", function structuredClone(value) { return cloneValue(value, new Map()); });
})
