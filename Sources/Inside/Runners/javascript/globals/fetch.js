// fetch, Headers, Request and Response after the WHATWG standard, over the egress broker of a profile with a network.
((services, host) => {
  "use strict";
  const add = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const text = (bytes) => host.decode(bytes);
  const isToken = (name) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);

  class Headers {
    #map = new Map();
    constructor(given) {
      if (given === undefined || given === null) return;
      const pairs = given instanceof Headers || typeof given[Symbol.iterator] === "function" ? given : Object.entries(given);
      for (const [name, value] of pairs) this.append(name, value);
    }
    static #checked(name, value = "") {
      if (!isToken(`${name}`)) throw new TypeError(`Invalid header name: '${name}'`);
      const clean = `${value}`.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, "");
      if (/[\0\r\n]/.test(clean)) throw new TypeError(`Invalid value of header '${name}'`);
      return [`${name}`.toLowerCase(), clean];
    }
    append(name, value) {
      const [key, clean] = Headers.#checked(name, value);
      this.#map.set(key, this.#map.has(key) ? [...this.#map.get(key), clean] : [clean]);
    }
    set(name, value) {
      const [key, clean] = Headers.#checked(name, value);
      this.#map.set(key, [clean]);
    }
    get(name) { return this.#map.get(`${name}`.toLowerCase())?.join(", ") ?? null; }
    getSetCookie() { return [...(this.#map.get("set-cookie") ?? [])]; }
    has(name) { return this.#map.has(`${name}`.toLowerCase()); }
    delete(name) { this.#map.delete(`${name}`.toLowerCase()); }
    forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
    * entries() {
      for (const name of [...this.#map.keys()].sort()) {
        if (name === "set-cookie") for (const one of this.#map.get(name)) yield [name, one];
        else yield [name, this.get(name)];
      }
    }
    * keys() { for (const [name] of this) yield name; }
    * values() { for (const [, value] of this) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    get [Symbol.toStringTag]() { return "Headers"; }
  }

  /** [bytes or null, content type or null] */
  const bodyOf = (body) => {
    if (body === undefined || body === null) return [null, null];
    if (body instanceof URLSearchParams) {
      return [host.encode(`${body}`), "application/x-www-form-urlencoded;charset=UTF-8"];
    }
    if (ArrayBuffer.isView(body)) {
      return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice(), null];
    }
    if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return [new Uint8Array(body).slice(), null];
    return [host.encode(`${body}`), "text/plain;charset=UTF-8"];
  };

  /** What was read, as a stream that has all of it at once. */
  class Content {
    #take;
    #reader = null;
    constructor(take) { this.#take = take; }
    get locked() { return this.#reader !== null; }
    getReader() {
      if (this.#reader) throw new TypeError("ReadableStream is locked");
      const release = () => { this.#reader = null; };
      let finish;
      this.#reader = {
        closed: new Promise((fulfil) => { finish = fulfil; }),
        read: async () => {
          const value = this.#take();
          if (value !== undefined) return { value, done: false };
          finish();
          return { value: undefined, done: true };
        },
        cancel: async () => { this.#take(); },
        releaseLock: release,
      };
      return this.#reader;
    }
    async cancel() { this.#take(); }
    async* values() {
      const reader = this.getReader();
      for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
      reader.releaseLock();
    }
    [Symbol.asyncIterator]() { return this.values(); }
    get [Symbol.toStringTag]() { return "ReadableStream"; }
  }

  class Body {
    #bytes = null;
    #used = false;
    #content = null;
    constructor(bytes) { this.#bytes = bytes; }
    get bodyUsed() { return this.#used; }
    get body() {
      if (this.#bytes === null) return null;
      return this.#content ??= new Content(() => {
        if (this.#used) return undefined;
        this.#used = true;
        return this.#bytes.length ? this.#bytes.slice() : undefined;
      });
    }
    static bytesOf(one) { return one.#bytes; }
    #take() {
      if (this.#used) throw new TypeError("Body is unusable: Body has already been read");
      this.#used = this.#bytes !== null;
      return this.#bytes ?? new Uint8Array(0);
    }
    async arrayBuffer() { return this.#take().slice().buffer; }
    async bytes() { return this.#take().slice(); }
    async text() { return text(this.#take()).replace(/^\ufeff/, ""); }
    async json() { return JSON.parse(text(this.#take()).replace(/^\ufeff/, "")); }
  }
  const { bytesOf } = Body;
  delete Body.bytesOf;

  class Request extends Body {
    constructor(input, init = {}) {
      const from = input instanceof Request ? input : null;
      const [bytes, type] = init.body === undefined && from ? [bytesOf(from), null] : bodyOf(init.body);
      super(bytes);
      this.url = from ? from.url : new URL(`${input}`).href;
      const method = `${init.method ?? from?.method ?? "GET"}`;
      if (!isToken(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`);
      this.method = /^(get|head|post|put|delete|options|patch)$/i.test(method) ? method.toUpperCase() : method;
      if (bytes && (this.method === "GET" || this.method === "HEAD")) {
        throw new TypeError("Request with GET/HEAD method cannot have body.");
      }
      this.headers = new Headers(init.headers ?? from?.headers);
      if (type && !this.headers.has("content-type")) this.headers.set("content-type", type);
      this.redirect = init.redirect ?? from?.redirect ?? "follow";
      this.signal = init.signal ?? from?.signal ?? null;
    }
    clone() { return new Request(this); }
    get [Symbol.toStringTag]() { return "Request"; }
  }

  class Response extends Body {
    constructor(body = null, init = {}) {
      const [bytes, type] = bodyOf(body);
      super(bytes);
      this.status = init.status ?? 200;
      this.statusText = `${init.statusText ?? ""}`;
      this.headers = new Headers(init.headers);
      if (type && !this.headers.has("content-type")) this.headers.set("content-type", type);
      this.url = init.url ?? "";
      this.redirected = init.redirected ?? false;
      this.type = init.url ? "basic" : "default";
    }
    get ok() { return this.status >= 200 && this.status < 300; }
    clone() {
      if (this.bodyUsed) throw new TypeError("Response.clone: Body has already been consumed.");
      return new Response(bytesOf(this), this);
    }
    static json(value, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
      return new Response(JSON.stringify(value), { ...init, headers });
    }
    static error() { return new Response(null, { status: 0 }); }
    get [Symbol.toStringTag]() { return "Response"; }
  }

  const failures = new WeakSet();
  const failed = (message) => {
    const error = Object.assign(new TypeError(`fetch failed: ${message}`), { cause: new Error(message) });
    failures.add(error);
    return error;
  };

  /** What stands between the head and the end, without the marks of its chunks. */
  const unchunked = (bytes) => {
    const pieces = [];
    for (let place = 0; ;) {
      const end = bytes.indexOf(10, place);
      const size = end < 0 ? NaN : parseInt(text(bytes.subarray(place, end)), 16);
      if (!(size >= 0) || end + 1 + size > bytes.length) throw failed("the answer was cut");
      if (size === 0) break;
      pieces.push(bytes.subarray(end + 1, end + 1 + size));
      place = end + 1 + size + 2;
    }
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    pieces.reduce((place, piece) => { all.set(piece, place); return place + piece.length; }, 0);
    return all;
  };

  const headEnd = (bytes) => {
    for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) {
      if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
    }
    throw failed("the connection was closed without an answer");
  };

  const latin = (bytes) => {
    let all = "";
    for (const byte of bytes) all += String.fromCharCode(byte);
    return all;
  };

  const read = (bytes, request) => {
    let end = headEnd(bytes);
    let lines = latin(bytes.subarray(0, end)).split("\r\n");
    while (/^HTTP\/1\.1 1\d\d/.test(lines[0])) {
      bytes = bytes.subarray(end + 4);
      end = headEnd(bytes);
      lines = latin(bytes.subarray(0, end)).split("\r\n");
    }
    const [, status, statusText = ""] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(lines[0]) ?? [];
    if (!status) throw failed("the answer is not HTTP");
    const headers = new Headers(lines.slice(1).map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)];
    }));
    let body = bytes.subarray(end + 4);
    if (headers.get("proxy-status")?.startsWith("sluice; error=")) throw failed(text(body).trim());
    const hasNone = request.method === "HEAD" || status === "204" || status === "304";
    if (hasNone) body = null;
    else if (/chunked/i.test(headers.get("transfer-encoding") ?? "")) body = unchunked(body);
    else if (headers.has("content-length")) {
      const length = Number(headers.get("content-length"));
      if (body.length < length) throw failed("the answer was cut");
      body = body.subarray(0, length);
    }
    if (body && headers.has("content-encoding") && headers.get("content-encoding") !== "identity") {
      throw failed(`the answer is compressed (${headers.get("content-encoding")}), although none was asked for`);
    }
    return { status: Number(status), statusText, headers, body };
  };

  const exchange = (request, proxy) => new Promise((fulfil, reject) => {
    const url = new URL(request.url);
    const [, credentials, port] = /^http:\/\/([^@]+)@[^:]+:(\d+)$/.exec(proxy);
    const body = bytesOf(request);
    const headers = new Headers(request.headers);
    for (const name of ["host", "content-length", "connection", "transfer-encoding", "proxy-authorization"]) {
      headers.delete(name);
    }
    for (const [name, value] of [["accept", "*/*"], ["user-agent", "Sluice"]]) {
      if (!headers.has(name)) headers.set(name, value);
    }
    headers.set("accept-encoding", "identity");
    if (body || ["POST", "PUT", "PATCH"].includes(request.method)) headers.set("content-length", body?.length ?? 0);
    const lines = [`${request.method} ${url.protocol}//${url.host}${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`, `Proxy-Authorization: Basic ${btoa(credentials)}`];
    for (const [name, value] of headers) lines.push(`${name}: ${value}`);
    const head = host.encode(`${lines.join("\r\n")}\r\n\r\n`);
    const all = new Uint8Array(head.length + (body?.length ?? 0));
    all.set(head);
    if (body) all.set(body, head.length);
    const { signal } = request;
    const stop = services.exchanges.begin(Number(port), all, (bytes) => {
      try {
        fulfil(read(bytes, request));
      } catch (error) {
        reject(error);
      }
    }, (message) => reject(failed(message)));
    signal?.addEventListener("abort", () => {
      stop();
      reject(signal.reason);
    });
  });

  const redirected = (request, status, target) => {
    const becomesGet = status === 303 && request.method !== "HEAD"
      || (status === 301 || status === 302) && request.method === "POST";
    const headers = new Headers(request.headers);
    if (becomesGet) for (const name of ["content-type", "content-length", "content-encoding"]) headers.delete(name);
    if (target.origin !== new URL(request.url).origin) for (const name of ["authorization", "cookie"]) headers.delete(name);
    return new Request(target, { method: becomesGet ? "GET" : request.method, headers, redirect: request.redirect,
      body: becomesGet ? undefined : bytesOf(request) ?? undefined, signal: request.signal });
  };

  const follow = async (first, proxy) => {
    let request = first;
    for (let hops = 0; ; hops += 1) {
      if (request.signal?.aborted) throw request.signal.reason;
      const url = new URL(request.url);
      if (url.protocol !== "http:" && url.protocol !== "https:") throw failed(`unknown scheme '${url.protocol}'`);
      if (url.username || url.password) throw new TypeError(`the URL holds a user or password: ${url.origin}`);
      const answer = await exchange(request, proxy);
      const location = answer.headers.get("location");
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === null || request.redirect === "manual") {
        return new Response(answer.body, { ...answer, url: request.url.replace(/#.*/, ""), redirected: hops > 0 });
      }
      if (request.redirect === "error") throw failed("unexpected redirect");
      if (hops === 20) throw failed("redirect count exceeded");
      request = redirected(request, answer.status, new URL(location, request.url));
    }
  };

  add("Headers", Headers);
  add("Request", Request);
  add("Response", Response);
  add("fetch", async function fetch(input, init) {
    const { profile, proxy } = services.currentJob();
    if (!proxy) {
      throw new TypeError(`fetch is not possible: profile '${profile}' has no network; use the profile fetch, or a `
        + "connector node (http/request) and pass its output to this script");
    }
    const here = new Error();
    try {
      return await follow(new Request(input, init), proxy);
    } catch (error) {
      // It was made when the answer came; the author looks for the line that asked.
      if (failures.has(error)) error.stack = here.stack;
      throw error;
    }
  });
})
