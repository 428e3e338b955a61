// URLSearchParams; url.js, which comes next, takes it from here.
((services) => {
  "use strict";
  const { percent, unescape } = services.addresses;
  const encode = (text) => percent(text, /[*\-._0-9A-Za-z ]/).replaceAll(" ", "+");
  const decode = (text) => unescape(text.replaceAll("+", " "));
  const parse = (text) => text.split("&").filter((pair) => pair !== "").map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  });
  const pairsOf = (source) => {
    if (source === undefined || source === null) return [];
    if (typeof source !== "object") return parse(`${source}`.replace(/^\?/, ""));
    if (typeof source[Symbol.iterator] === "function") {
      return [...source].map((pair) => {
        const [name, value, ...more] = [...pair];
        if (value === undefined || more.length) throw new TypeError("each pair must be a name and a value");
        return [`${name}`, `${value}`];
      });
    }
    return Object.keys(source).map((name) => [name, `${source[name]}`]);
  };

  class URLSearchParams {
    #pairs; #changed = null;
    constructor(source) {
      this.#pairs = pairsOf(source) .map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
    }
    static link(text, changed) {
      const params = new URLSearchParams(text);
      params.#changed = changed;
      return params;
    }
    static fill(params, text) { params.#pairs = parse(text); }
    #note() { this.#changed?.(this.toString()); }
    get size() { return this.#pairs.length; }
    append(name, value) { this.#pairs.push([`${name}`, `${value}`]); this.#note(); }
    delete(name, value) {
      this.#pairs = this.#pairs.filter(([key, item]) => key !== `${name}`
        || (value !== undefined && item !== `${value}`));
      this.#note();
    }
    get(name) { return this.#pairs.find(([key]) => key === `${name}`)?.[1] ?? null; }
    getAll(name) { return this.#pairs.filter(([key]) => key === `${name}`).map(([, value]) => value); }
    has(name, value) {
      return this.#pairs.some(([key, item]) => key === `${name}`
        && (value === undefined || item === `${value}`));
    }
    set(name, value) {
      const first = this.#pairs.findIndex(([key]) => key === `${name}`);
      if (first < 0) this.#pairs.push([`${name}`, `${value}`]);
      else {
        this.#pairs[first][1] = `${value}`;
        this.#pairs = this.#pairs.filter(([key], index) => index <= first || key !== `${name}`);
      }
      this.#note();
    }
    sort() {
      this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.#note();
    }
    forEach(callback, self) {
      for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
    }
    *entries() { for (const [name, value] of this.#pairs) yield [name, value]; }
    *keys() { for (const [name] of this.#pairs) yield name; }
    *values() { for (const [, value] of this.#pairs) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"); }
    [Symbol.for("nodejs.util.inspect.custom")]() {
      return `URLSearchParams { ${this.#pairs.map(([name, value]) =>
        `${services.inspect(name)} => ${services.inspect(value)}`).join(", ")} }`;
    }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag,
    { value: "URLSearchParams", configurable: true });
  const { link, fill } = URLSearchParams;
  delete URLSearchParams.link;
  delete URLSearchParams.fill;
  services.searchParams = { URLSearchParams, linked: link, fill };
})
