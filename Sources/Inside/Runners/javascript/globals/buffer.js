// Buffer, as far as scripts use it.
((services, host) => {
  "use strict";
  const encodings = {
    utf8: "utf8", "utf-8": "utf8", hex: "hex", base64: "base64", base64url: "base64url", latin1: "latin1",
    binary: "latin1", ascii: "ascii", utf16le: "utf16le", "utf-16le": "utf16le", ucs2: "utf16le",
    "ucs-2": "utf16le",
  };
  const encodingOf = (name) => {
    const known = encodings[`${name ?? "utf8"}`.toLowerCase()];
    if (!known) throw new TypeError(`unknown encoding: ${name}`);
    return known;
  };
  const units = (text, width) => {
    const bytes = new Uint8Array(text.length * width);
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      bytes[at * width] = unit;
      if (width === 2) bytes[at * 2 + 1] = unit >> 8;
    }
    return bytes;
  };
  const fromHex = (text) => {
    const end = /^(?:[\da-fA-F]{2})*/.exec(text)[0].length;
    const bytes = new Uint8Array(end / 2);
    for (let at = 0; at < end; at += 2) bytes[at / 2] = parseInt(text.slice(at, at + 2), 16);
    return bytes;
  };
  const encode = (text, encoding) => {
    switch (encodingOf(encoding)) {
      case "utf8": return host.encode(text);
      case "hex": return fromHex(text);
      case "base64": case "base64url": return host.fromBase64(text, false);
      case "utf16le": return units(text, 2);
      default: return units(text, 1);
    }
  };
  const decode = (bytes, encoding) => {
    const kind = encodingOf(encoding);
    if (kind === "utf8") return host.decode(bytes, false);
    if (kind === "base64" || kind === "base64url") return host.toBase64(bytes, kind === "base64url");
    let text = "";
    if (kind === "hex") {
      for (let at = 0; at < bytes.length; at += 1) text += (bytes[at] < 16 ? "0" : "") + bytes[at]
        .toString(16);
      return text;
    }
    const width = kind === "utf16le" ? 2 : 1;
    const mask = kind === "ascii" ? 0x7f : 0xff;
    for (let at = 0; at + width <= bytes.length; at += 8192) {
      const piece = [];
      for (let one = at; one < at + 8192 && one + width <= bytes.length; one += width) {
        piece.push(width === 2 ? bytes[one] | (bytes[one + 1] << 8) : bytes[one] & mask);
      }
      text += String.fromCharCode(...piece);
    }
    return text;
  };

  const outOfRange = (name, value, range) =>
    Object.assign(new RangeError(`The value of "${name}" is out of range. It must be ${range}. Received ${value}`), { code: "ERR_OUT_OF_RANGE" });
  const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const wrap = (bytes) => Object.setPrototypeOf(bytes, Buffer.prototype);

  class Buffer extends Uint8Array {
    static poolSize = 8192;
    constructor(value, encoding, length) {
      if (typeof value === "string") super(encode(value, encoding));
      else super(value, encoding, length);
    }
    static from(value, encoding, length) {
      if (typeof value === "string") return wrap(encode(value, encoding));
      if (typeof value !== "object" || value === null) {
        throw new TypeError(`Buffer.from takes a string, Buffer, ArrayBuffer, Array or array-like, not ${value === null ? "null" : typeof value}`);
      }
      if (value instanceof ArrayBuffer) return wrap(new Uint8Array(value, encoding, length));
      if (ArrayBuffer.isView(value)) return wrap(new Uint8Array(value));
      if (value.type === "Buffer" && Array.isArray(value.data)) return wrap(new Uint8Array(value.data));
      const primitive = value.valueOf?.();
      if (typeof primitive === "string") return Buffer.from(primitive, encoding);
      return wrap(Uint8Array.from(value));
    }
    static of(...bytes) { return Buffer.from(bytes); }
    static alloc(size, fill, encoding) {
      if (typeof size !== "number") throw new TypeError("Buffer.alloc takes a number of bytes");
      const buffer = wrap(new Uint8Array(size));
      return fill === undefined || fill === 0 ? buffer : buffer.fill(fill, encoding);
    }
    static allocUnsafe(size) { return Buffer.alloc(size); }
    static allocUnsafeSlow(size) { return Buffer.alloc(size); }
    static isBuffer(value) { return value instanceof Buffer; }
    static isEncoding(name) { return `${name}`.toLowerCase() in encodings; }
    static byteLength(value, encoding) {
      return typeof value === "string" ? encode(value, encoding).length : value.byteLength;
    }
    static concat(list, total = list.reduce((sum, one) => sum + one.length, 0)) {
      const joined = Buffer.alloc(total);
      let at = 0;
      for (const one of list) {
        const piece = at + one.length > total ? one.subarray(0, total - at) : one;
        joined.set(piece, at);
        at += piece.length;
      }
      return joined;
    }
    static compare(a, b) { return Buffer.prototype.compare.call(a, b); }

    get parent() { return this.buffer; }
    toString(encoding, start = 0, end = this.length) {
      return decode(start === 0 && end >= this.length ? this : this.subarray(start, end), encoding);
    }
    toLocaleString(encoding) { return this.toString(encoding); }
    toJSON() { return { type: "Buffer", data: Array.from(this) }; }
    slice(start, end) { return this.subarray(start, end); }
    subarray(start, end) { return wrap(Uint8Array.prototype.subarray.call(bare(this), start, end)); }
    equals(other) { return this.length === other.length && this.compare(other) === 0; }
    compare(other, start = 0, end = other.length, from = 0, to = this.length) {
      const a = bare(this).subarray(from, to);
      const b = bare(other).subarray(start, end);
      for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
        if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
      }
      return Math.sign(a.length - b.length);
    }
    copy(target, at = 0, start = 0, end = this.length) {
      const piece = bare(this).subarray(start, Math.min(end, start + target.length - at));
      target.set(piece, at);
      return piece.length;
    }
    write(text, offset = 0, length = this.length - offset, encoding = "utf8") {
      if (typeof offset === "string") return this.write(text, 0, this.length, offset);
      if (typeof length === "string") return this.write(text, offset, this.length - offset, length);
      const bytes = encode(text, encoding).subarray(0, Math.min(length, this.length - offset));
      this.set(bytes, offset);
      return bytes.length;
    }
    fill(value, start = 0, end = this.length, encoding = "utf8") {
      if (typeof start === "string") return this.fill(value, 0, this.length, start);
      if (!(start >= 0)) throw outOfRange("offset", start, `>= 0 and <= ${this.length}`);
      if (!(end <= this.length)) throw outOfRange("end", end, `>= 0 and <= ${this.length}`);
      if (typeof value === "number") return Uint8Array.prototype.fill.call(this, value & 255, start, end);
      const pattern = typeof value === "string" ? encode(value, encoding) : value;
      for (let at = start; at < end; at += 1) this[at] = pattern.length
        ? pattern[(at - start) % pattern.length] : 0;
      return this;
    }
    indexOf(value, offset, encoding) {
      if (typeof offset === "string") return find(this, value, 0, offset, false);
      const start = offset ?? 0;
      return start > this.length ? -1 : find(this, value, start, encoding, false);
    }
    lastIndexOf(value, offset, encoding) { return find(this, value, offset, encoding, true); }
    includes(value, offset, encoding) { return this.indexOf(value, offset, encoding) !== -1; }
    swap16() { return swap(this, 2); }
    swap32() { return swap(this, 4); }
    swap64() { return swap(this, 8); }
    readUIntBE(offset, width) { return integer(this, offset, width, false); }
    readUIntLE(offset, width) { return integer(this, offset, width, true); }
    readIntBE(offset, width) { return signed(integer(this, offset, width, false), width); }
    readIntLE(offset, width) { return signed(integer(this, offset, width, true), width); }
    writeUIntBE(value, offset, width) { return store(this, value, offset, width, false); }
    writeUIntLE(value, offset, width) { return store(this, value, offset, width, true); }
    writeIntBE(value, offset, width) { return store(this, value, offset, width, false); }
    writeIntLE(value, offset, width) { return store(this, value, offset, width, true); }
  }
  const find = (buffer, value, offset, encoding, last) => {
    if (typeof value === "number") {
      return last ? Uint8Array.prototype.lastIndexOf.call(buffer, value & 255, offset)
        : Uint8Array.prototype.indexOf.call(buffer, value & 255, offset ?? 0);
    }
    const bytes = typeof value === "string" ? encode(value, encoding) : value;
    let at = offset ?? (last ? buffer.length : 0);
    if (at < 0) at = Math.max(0, buffer.length + at);
    at = Math.min(at, buffer.length - bytes.length);
    for (; at >= 0 && at + bytes.length <= buffer.length; at += last ? -1 : 1) {
      let same = 0;
      while (same < bytes.length && buffer[at + same] === bytes[same]) same += 1;
      if (same === bytes.length) return at;
    }
    return -1;
  };
  const swap = (buffer, width) => {
    if (buffer.length % width) throw new RangeError(`Buffer size must be a multiple of ${width * 8}-bits`);
    for (let at = 0; at < buffer.length; at += width) bare(buffer).subarray(at, at + width).reverse();
    return buffer;
  };
  // Ordinary functions: `new Buffer.from(…)` is a common slip that Node forgives.
  for (const name of ["from", "alloc", "concat"]) {
    const method = Buffer[name];
    Buffer[name] = function (...values) { return method.apply(Buffer, values); };
  }
  /** Without our overrides, so that typed-array methods make plain typed arrays. */
  const bare = (buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const check = (buffer, offset, width) => {
    if (!Number.isInteger(offset) || offset < 0 || offset + width > buffer.length) {
      throw outOfRange("offset", offset, `>= 0 and <= ${buffer.length - width}`);
    }
  };
  const integer = (buffer, offset, width, little) => {
    check(buffer, offset, width);
    let value = 0;
    for (let at = 0; at < width; at += 1) value = value * 256
      + buffer[little ? offset + width - 1 - at : offset + at];
    return value;
  };
  const signed = (value, width) => (value >= 2 ** (8 * width - 1) ? value - 2 ** (8 * width) : value);
  const store = (buffer, given, offset, width, little) => {
    check(buffer, offset, width);
    let value = given < 0 ? given + 2 ** (8 * width) : given;
    for (let at = 0; at < width; at += 1) {
      buffer[little ? offset + at : offset + width - 1 - at] = value % 256;
      value = Math.floor(value / 256);
    }
    return offset + width;
  };

  const kinds = [["Int8", 1, -(2 ** 7), 2 ** 7 - 1], ["Uint8", 1, 0, 2 ** 8 - 1],
    ["Int16", 2, -(2 ** 15), 2 ** 15 - 1],
    ["Uint16", 2, 0, 2 ** 16 - 1], ["Int32", 4, -(2 ** 31), 2 ** 31 - 1], ["Uint32", 4, 0, 2 ** 32 - 1],
    ["BigInt64", 8], ["BigUint64", 8], ["Float32", 4], ["Float64", 8]];
  const nodeNames = { Float32: "Float", Float64: "Double", BigUint64: "BigUInt64", Uint8: "UInt8",
    Uint16: "UInt16", Uint32: "UInt32" };
  for (const [kind, width, low, high] of kinds) {
    for (const [end, little] of width === 1 ? [["", false]] : [["BE", false], ["LE", true]]) {
      const read = function (offset = 0) {
        check(this, offset, width);
        return view(this)[`get${kind}`](offset, little);
      };
      const write = function (value, offset = 0) {
        check(this, offset, width);
        if (low !== undefined && (value < low || value > high)) throw outOfRange("value", value,
          `>= ${low} and <= ${high}`);
        view(this)[`set${kind}`](offset, value, little);
        return offset + width;
      };
      for (const name of new Set([kind, nodeNames[kind] ?? kind])) {
        Object.defineProperty(Buffer.prototype, `read${name}${end}`,
          { value: read, writable: true, configurable: true });
        Object.defineProperty(Buffer.prototype, `write${name}${end}`,
          { value: write, writable: true, configurable: true });
      }
    }
  }
  Object.defineProperty(Buffer.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value() {
      const shown = decode(this.subarray(0, 50), "hex").replace(/(..)(?=.)/g, "$1 ");
      return `<Buffer${shown ? ` ${shown}` : ""}${this.length > 50 ? ` ... ${this.length - 50} more bytes`
        : ""}>`;
    },
  });
  Object.defineProperty(globalThis, "Buffer", { value: Buffer, writable: true, configurable: true });
  services.encodeText = encode;
  services.decodeBytes = decode;
  services.builtins.set("buffer",
    () => ({ Buffer, constants: { MAX_LENGTH: 2 ** 32 }, kMaxLength: 2 ** 32, atob, btoa }));
})
