// URL and URLSearchParams after the WHATWG standard, for what scripts do with addresses.
((services, host) => {
  "use strict";
  const { percent, unescape, hostOf } = services.addresses;
  const ports = { "http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443", "file:": "" };
  const isSpecial = (protocol) => protocol in ports;
  const keepPath = /[!$&'()*+,\-./0-9:;=@A-Z_a-z~%[\]|\\]/;
  const keepUser = /[!$&'()*+,\-.0-9A-Z_a-z~%]/;
  const keepQuery = /[!$%&()*+,\-./0-9:;=?@A-Z[\]_a-z~|\\^`{}]/;
  const keepFragment = /[!#$%&'()*+,\-./0-9:;=?@A-Z[\]_a-z~|\\^{}]/;
  const dotless = (segments, isFile) => {
    const out = [];
    segments.forEach((segment, index) => {
      const plain = segment.replace(/%2e/gi, ".");
      const isLast = index === segments.length - 1;
      if (plain === "..") {
        if (!(isFile && out.length === 1 && /^[A-Za-z]:$/.test(out[0]))) out.pop();
        if (isLast) out.push("");
      } else if (plain === ".") {
        if (isLast) out.push("");
      } else {
        out.push(segment);
      }
    });
    return out;
  };

  const invalid = (text) => Object.assign(new TypeError(`Invalid URL: '${text}'`),
    { code: "ERR_INVALID_URL", input: text });
  const split = (text) => {
    const [, before, fragment] = /^([^#]*)(#[^]*)?$/.exec(text);
    const [, main, query] = /^([^?]*)(\?[^]*)?$/.exec(before);
    return { main, query: query ?? null, fragment: fragment ?? null };
  };
  const parse = (given, base) => {
    const text = given.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "").replace(/[\t\n\r]/g, "");
    const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text);
    const url = { protocol: "", username: "", password: "", hostname: null, port: "", path: [],
      opaque: null, query: null, fragment: null };
    let rest = text;
    if (scheme) {
      url.protocol = `${scheme[1].toLowerCase()}:`;
      rest = text.slice(scheme[0].length);
      const isRelative = base && base.protocol === url.protocol && isSpecial(url.protocol)
        && !/^[/\\]/.test(rest);
      if (!isRelative) base = null;
    } else if (!base || (base.opaque !== null && !text.startsWith("#"))) {
      return null;
    } else {
      url.protocol = base.protocol;
    }
    const special = isSpecial(url.protocol);
    const { main, query, fragment } = split(rest);
    const path = special ? main.replaceAll("\\", "/") : main;
    url.query = query;
    url.fragment = fragment;
    if (base) return relative(url, base, path, special);
    if (special && url.protocol !== "file:") return authority(url, path.replace(/^\/*/, ""), true);
    if (path.startsWith("//")) return authority(url, path.slice(2), special);
    if (url.protocol === "file:") {
      url.hostname = "";
      url.path = dotless(path.replace(/^\//, "").split("/"), true);
    } else if (path.startsWith("/")) url.path = dotless(path.slice(1).split("/"), false);
    else url.opaque = path;
    return url;
  };
  const relative = (url, base, path, special) => {
    if (path.startsWith("//")) return authority(url, path.slice(2), special);
    Object.assign(url, { username: base.username, password: base.password, hostname: base.hostname,
      port: base.port, opaque: base.opaque });
    const isFile = url.protocol === "file:";
    if (path.startsWith("/")) url.path = dotless(path.slice(1).split("/"), isFile);
    else if (path === "") {
      url.path = base.path;
      url.query ??= base.query;
    } else url.path = dotless([...base.path.slice(0, -1), ...path.split("/")], isFile);
    return url;
  };
  const authority = (url, text, special) => {
    const slash = text.indexOf("/");
    const place = slash < 0 ? text : text.slice(0, slash);
    const at = place.lastIndexOf("@");
    if (at >= 0) {
      const [, user, password] = /^([^:]*):?([^]*)$/.exec(place.slice(0, at));
      url.username = percent(user, keepUser);
      url.password = percent(password, keepUser);
    }
    const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(place.slice(at + 1));
    if (!match || Number(match[2] ?? 0) > 65535) return null;
    const isFile = url.protocol === "file:";
    if (match[1] === "" && special && !isFile) return null;
    url.hostname = match[1] === "" ? "" : hostOf(match[1], special);
    if (url.hostname === undefined) return null;
    if (isFile && url.hostname === "localhost") url.hostname = "";
    url.port = match[2] ? String(Number(match[2])) : "";
    if (url.port === ports[url.protocol]) url.port = "";
    if (slash >= 0) url.path = dotless(text.slice(slash + 1).split("/"), isFile);
    else if (special) url.path = [""];
    return url;
  };

  const record = (input, base) => {
    const start = base === undefined ? null : parse(`${base}`, null);
    if (base !== undefined && !start) return null;
    return parse(`${input}`, start);
  };
  class URL {
    #url; #params = null;
    constructor(input, base) {
      const url = record(input, base);
      if (!url) throw invalid(base === undefined ? `${input}` : `${input} (base ${base})`);
      this.#url = url;
    }
    static canParse(input, base) { return record(input, base) !== null; }
    static parse(input, base) { return URL.canParse(input, base) ? new URL(input, base) : null; }
    get protocol() { return this.#url.protocol; }
    set protocol(value) {
      const name = `${`${value}`.replace(/:.*$/, "").toLowerCase()}:`;
      if (isSpecial(name) === isSpecial(this.#url.protocol)) this.#url.protocol = name;
      if (this.#url.port === ports[name]) this.#url.port = "";
    }
    get username() { return this.#url.username; }
    set username(value) { if (this.#url.hostname) this.#url.username = percent(`${value}`, keepUser); }
    get password() { return this.#url.password; }
    set password(value) { if (this.#url.hostname) this.#url.password = percent(`${value}`, keepUser); }
    get hostname() { return this.#url.hostname ?? ""; }
    set hostname(value) {
      const name = hostOf(`${value}`.replace(/[/?#:].*$/, ""), isSpecial(this.#url.protocol));
      if (name !== undefined && this.#url.opaque === null) this.#url.hostname = name;
    }
    get port() { return this.#url.port; }
    set port(value) {
      const number = /^\d*/.exec(`${value}`)[0];
      if (Number(number) <= 65535) this.#url.port = number === "" || number === ports[this.#url.protocol]
        ? "" : String(Number(number));
    }
    get host() { return this.hostname + (this.port ? `:${this.port}` : ""); }
    set host(value) {
      const [, name, port] = /^(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?/.exec(`${value}`);
      this.hostname = name;
      if (port) this.port = port;
    }
    get origin() {
      return isSpecial(this.protocol) && this.protocol !== "file:" ? `${this.protocol}//${this.host}` : "null";
    }
    get pathname() {
      if (this.#url.opaque !== null) return percent(this.#url.opaque, /[\x20-\x7e]/);
      return this.#url.path.length ? `/${this.#url.path.map((part) => percent(part, keepPath)).join("/")}`
        : "";
    }
    set pathname(value) {
      if (this.#url.opaque !== null) return;
      const path = percent(`${value}`, /[^?#]/);
      this.#url.path = dotless(path.replace(/^[/\\]/, "").split(/[/\\]/), this.protocol === "file:");
    }
    get search() {
      return this.#url.query && this.#url.query !== "?" ? percent(this.#url.query, keepQuery) : "";
    }
    set search(value) {
      const text = `${value}`;
      this.#url.query = text === "" ? null : text.startsWith("?") ? text : `?${text}`;
      if (this.#params) fill(this.#params, this.search.slice(1));
    }
    get hash() {
      return this.#url.fragment && this.#url.fragment !== "#" ? percent(this.#url.fragment, keepFragment) : "";
    }
    set hash(value) {
      const text = `${value}`;
      this.#url.fragment = text === "" ? null : text.startsWith("#") ? text : `#${text}`;
    }
    get searchParams() {
      this.#params ??= linked(this.search.slice(1),
        (text) => { this.#url.query = text ? `?${text}` : null; });
      return this.#params;
    }
    get href() {
      const user = this.username || this.password
        ? `${this.username}${this.password ? `:${this.password}` : ""}@` : "";
      const place = this.#url.hostname === null ? "" : `//${user}${this.host}`;
      const query = this.#url.query === "?" ? "?" : this.search;
      return `${this.protocol}${place}${this.pathname}${query}${this.#url.fragment === "#" ? "#"
        : this.hash}`;
    }
    set href(value) {
      const url = record(value);
      if (!url) throw invalid(`${value}`);
      this.#url = url;
      if (this.#params) fill(this.#params, this.search.slice(1));
    }
    toString() { return this.href; }
    toJSON() { return this.href; }
    [Symbol.for("nodejs.util.inspect.custom")]() { return `URL { ${services.inspect(this.href)} }`; }
  }
  Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: "URL", configurable: true });

  const { URLSearchParams, linked, fill } = services.searchParams;
  for (const [name, value] of [["URL", URL], ["URLSearchParams", URLSearchParams]]) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
  services.builtins.set("url", () => ({
    URL, URLSearchParams,
    parse: (text, parseQuery = false) => legacy(text, parseQuery),
    format: (url) => (url instanceof URL || typeof url === "string" ? `${url}` : legacyFormat(url)),
    resolve: (from, to) => new URL(to, from).href,
    fileURLToPath: (url) => decodeURIComponent(new URL(url).pathname),
    pathToFileURL: (path) => new URL(`file://${path}`),
    domainToASCII: (name) => hostOf(name, true) ?? "",
  }));
  const legacy = (text, parseQuery) => {
    const match = /^(?:([A-Za-z][\w+.-]*:))?(?:\/\/(?:([^/?#@]*)@)?([^/?#:]*)(?::(\d*))?)?([^?#]*)(\?[^#]*)?(#.*)?$/.exec(`${text}`.trim());
    const [, protocol = null, auth = null, hostname = null, port = null, pathname = null, search = null,
      hash = null] = match ?? [];
    const query = search === null ? null : search.slice(1);
    return { protocol, slashes: /^[\w+.-]*:?\/\//.test(text) || null, auth, host: hostname
      && hostname + (port ? `:${port}` : ""), port, hostname,
      hash, search, query: parseQuery ? Object.fromEntries(new URLSearchParams(query ?? "")) : query,
      pathname: pathname || null,
      path: (pathname ?? "") + (search ?? "") || null, href: `${text}`.trim() };
  };
  const legacyFormat = ({ protocol, auth, host: place, hostname, port, pathname = "", search, query,
    hash = "" }) => {
    const scheme = protocol ? protocol.replace(/:?$/, ":") : "";
    const where = place ?? (hostname ? hostname + (port ? `:${port}` : "") : "");
    const question = search ?? (query && Object.keys(query).length ? `?${new URLSearchParams(query)}` : "");
    return `${scheme}${where ? `//${auth ? `${auth}@` : ""}${where}` : ""}${where && pathname
      && !pathname.startsWith("/") ? "/" : ""}${pathname}${question}${hash ?? ""}`;
  };
})
