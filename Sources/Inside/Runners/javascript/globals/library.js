// The small modules of Node that scripts require: path, querystring, string_decoder, util, os.
((services) => {
  "use strict";
  const { builtins } = services;
  // Functions of this realm: what a script holds should be of its own kind.
  const inspect = (value, options) => services.inspect(value, options);
  const format = (...values) => services.format(...values);
  services.makeRequire = (load, resolve) =>
    Object.assign(function require(specifier) { return load(specifier); },
      { resolve: (specifier) => resolve(specifier) });
  services.makeImport = (load) => (specifier) => load(specifier);

  const normalizedParts = (path, isAbsolute) => {
    const parts = [];
    for (const part of path.split("/")) {
      if (part === "" || part === ".") continue;
      if (part === ".." && parts.length && parts.at(-1) !== "..") parts.pop();
      else if (part !== ".." || !isAbsolute) parts.push(part);
    }
    return parts;
  };
  const path = {
    sep: "/", delimiter: ":",
    normalize: (given) => {
      if (given === "") return ".";
      const isAbsolute = given.startsWith("/");
      const text = normalizedParts(given, isAbsolute).join("/");
      const tail = text && given.endsWith("/") ? "/" : "";
      return (isAbsolute ? "/" : "") + text + tail || (isAbsolute ? "/" : ".");
    },
    join: (...parts) => path.normalize(parts.filter((part) => part !== "").join("/")),
    resolve: (...parts) => {
      let all = "";
      for (const part of parts) all = part.startsWith("/") ? part : `${all}/${part}`;
      return `/${normalizedParts(all, true).join("/")}`;
    },
    isAbsolute: (given) => given.startsWith("/"),
    dirname: (given) => {
      const text = given.replace(/(?<=[^/])\/+$/, "");
      const at = text.lastIndexOf("/");
      return at < 0 ? "." : at === 0 ? "/" : text.slice(0, at).replace(/(?<=[^/])\/+$/, "");
    },
    basename: (given, end = "") => {
      const name = given.replace(/\/+$/, "").split("/").at(-1);
      return end && name !== end && name.endsWith(end) ? name.slice(0, -end.length) : name;
    },
    extname: (given) => /(?<=[^/.][^/]*)\.[^./]*$/.exec(path.basename(given))?.[0] ?? "",
    relative: (from, to) => {
      const [a, b] = [from, to].map((one) => normalizedParts(path.resolve(one), true));
      let same = 0;
      while (same < Math.min(a.length, b.length) && a[same] === b[same]) same += 1;
      return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/");
    },
    parse: (given) => {
      const base = path.basename(given);
      const ext = path.extname(base);
      const root = given.startsWith("/") ? "/" : "";
      return { root, dir: /\/[^/]/.test(given) || root ? path.dirname(given) : "", base, ext,
        name: ext ? base.slice(0, -ext.length) : base };
    },
    format: ({ dir, root = "", base, name = "", ext = "" }) => {
      const file = base ?? name + (ext && !ext.startsWith(".") ? `.${ext}` : ext);
      return dir ? (dir === root ? dir + file : `${dir}/${file}`) : root + file;
    },
    toNamespacedPath: (given) => given,
  };
  path.posix = path;
  builtins.set("path", () => path);
  builtins.set("path/posix", () => path);

  const querystring = {
    escape: encodeURIComponent,
    unescape: (text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    },
    parse: (text, between = "&", equals = "=") => {
      const result = Object.create(null);
      for (const pair of `${text}`.split(between)) {
        if (pair === "") continue;
        const at = pair.indexOf(equals);
        const [name, value] = (at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + equals.length)])
          .map((one) => querystring.unescape(one.replaceAll("+", " ")));
        if (name in result) result[name] = [].concat(result[name], value);
        else result[name] = value;
      }
      return result;
    },
    stringify: (record, between = "&", equals = "=") =>
      Object.entries(record ?? {}).flatMap(([name, value]) => [].concat(value)
        .map((one) => `${encodeURIComponent(name)}${equals}${["string", "number", "bigint", "boolean"]
          .includes(typeof one) ? encodeURIComponent(one) : ""}`)).join(between),
  };
  querystring.decode = querystring.parse;
  querystring.encode = querystring.stringify;
  builtins.set("querystring", () => querystring);

  builtins.set("string_decoder", () => ({ StringDecoder: class StringDecoder {
    #decoder;
    constructor(encoding = "utf8") {
      this.encoding = encoding;
      if (/^utf-?8$/i.test(encoding)) this.#decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    }
    write(bytes) {
      return this.#decoder ? this.#decoder.decode(bytes, { stream: true }) : Buffer.from(bytes)
        .toString(this.encoding);
    }
    end(bytes) { return (bytes ? this.write(bytes) : "") + (this.#decoder ? this.#decoder.decode() : ""); }
  } }));

  builtins.set("os", () => ({ EOL: "\n", platform: () => "linux", type: () => "Linux", arch: () => "x64",
    cpus: () => [{ model: "", speed: 0 }],
    hostname: () => "script", tmpdir: () => "/tmp", homedir: () => "/", totalmem: () => 0, freemem: () => 0,
    endianness: () => "LE" }));

  const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const isTyped = (name) => (value) => ArrayBuffer.isView(value) && tag(value) === name;
  const types = { isTypedArray: (value) => ArrayBuffer.isView(value) && tag(value) !== "DataView",
    isArrayBufferView: ArrayBuffer.isView,
    isNativeError: (value) => tag(value) === "Error" || value instanceof Error,
    isAsyncFunction: (value) => tag(value) === "AsyncFunction",
    isGeneratorFunction: (value) => tag(value) === "GeneratorFunction",
    isGeneratorObject: (value) => tag(value) === "Generator",
    isBoxedPrimitive: (value) => typeof value === "object"
    && /^(Number|String|Boolean|BigInt|Symbol)$/.test(tag(value)),
    isAnyArrayBuffer: (value) => /^(Shared)?ArrayBuffer$/.test(tag(value)), isProxy: () => false };
  for (const name of ["Date", "RegExp", "Promise", "Map", "Set", "WeakMap", "WeakSet", "DataView",
    "ArrayBuffer"]) {
    types[`is${name}`] = (value) => typeof value === "object" && tag(value) === name;
  }
  for (const name of ["Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array",
    "Float32Array", "Float64Array"]) types[`is${name}`] = isTyped(name);

  const promisified = Symbol.for("nodejs.util.promisify.custom");
  const util = {
    inspect, format, types, TextEncoder, TextDecoder,
    formatWithOptions: (_, ...values) => format(...values),
    promisify: (callback) => callback[promisified] ?? function (...values) {
      return new Promise((fulfil, reject) => callback.call(this, ...values,
        (error, value) => (error ? reject(error) : fulfil(value))));
    },
    callbackify: (asynchronous) => (...values) => {
      const callback = values.pop();
      asynchronous(...values).then((value) => setImmediate(callback, null, value),
        (error) => setImmediate(callback, error));
    },
    inherits: (child, parent) => {
      Object.setPrototypeOf(child.prototype, parent.prototype);
      child.super_ = parent;
    },
    deprecate: (callback) => callback, debuglog: () => () => {},
    isDeepStrictEqual: (a, b) => services.isDeepEqual(a, b, true),
    isArray: Array.isArray, stripVTControlCharacters: (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, ""),
    toUSVString: (text) => `${text}`.toWellFormed(),
  };
  util.promisify.custom = promisified;
  setTimeout[promisified] = (delay, value) => new Promise((fulfil) => setTimeout(fulfil, delay, value));
  inspect.custom = Symbol.for("nodejs.util.inspect.custom");
  inspect.defaultOptions = {};
  builtins.set("util", () => util);
  builtins.set("util/types", () => types);
})
