// Duration and Interval, and the zone arithmetic of datetime.js: the part of luxon that Code nodes use.
((services) => {
  "use strict";
  const formats = new Map();
  // Costly: asked once, before any fork.
  const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
  const zoneFormat = (zone) => {
    if (!formats.has(zone)) {
      formats.set(zone, new Intl.DateTimeFormat("en-US",
        { timeZone: zone, hourCycle: "h23", era: "short", year: "numeric", month: "numeric",
        day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }));
    }
    return formats.get(zone);
  };
  /** Minutes east of Greenwich at a moment. */
  const offsetAt = (time, zone) => {
    if (zone === "UTC") return 0;
    const fixed = /^UTC([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
    if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0));
    const parts = Object.fromEntries(zoneFormat(zone).formatToParts(time)
      .map(({ type, value }) => [type, value]));
    const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return Math.round((local - Math.floor(time / 1000) * 1000) / 60000);
  };
  const zoneName = (zone) => {
    if (zone === undefined || zone === null || zone === "local" || zone === "default"
      || zone === "system") return localZone;
    if (/^(utc|gmt|etc\/utc|z)$/i.test(zone)) return "UTC";
    const fixed = /^(?:utc|gmt)?([+-]\d{1,2})(?::?(\d{2}))?$/i.exec(zone);
    if (fixed) return `UTC${fixed[1]}${fixed[2] && fixed[2] !== "00" ? `:${fixed[2]}` : ""}`;
    try {
      zoneFormat(zone);
      return zone;
    } catch {
      return null;
    }
  };
  const momentOf = (local, zone) => {
    const guess = local - offsetAt(local, zone) * 60000;
    const exact = local - offsetAt(guess, zone) * 60000;
    return offsetAt(exact, zone) === offsetAt(guess, zone) ? exact : Math.max(guess, exact);
  };
  const units = { year: "years", quarter: "quarters", month: "months", week: "weeks", day: "days",
    hour: "hours", minute: "minutes", second: "seconds", millisecond: "milliseconds" };
  const unitOf = (name) => {
    const single = `${name}`.toLowerCase().replace(/s$/, "");
    if (!(single in units)) throw new Error(`Invalid unit ${name}`);
    return units[single];
  };
  const milliseconds = { weeks: 604800000, days: 86400000, hours: 3600000, minutes: 60000, seconds: 1000,
    milliseconds: 1 };
  const casual = { ...milliseconds, years: 31536000000, quarters: 7862400000, months: 2592000000 };
  const order = ["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds",
    "milliseconds"];
  const pad = (value, width = 2) => `${value < 0 ? "-" : ""}${String(Math.abs(value)).padStart(width, "0")}`;

  class Duration {
    constructor(values) { this.values = values; }
    static fromObject(object) {
      return new Duration(Object.fromEntries(Object.entries(object)
        .map(([name, value]) => [unitOf(name), Number(value)])));
    }
    static fromMillis(count) { return new Duration({ milliseconds: count }); }
    static fromISO(text) {
      const match = /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text) ?? [];
      const names = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"];
      return new Duration(Object.fromEntries(names.map((name, at) => [name,
        Number(match[at + 2] ?? 0) * (match[1] ? -1 : 1)]).filter(([, value]) => value)));
    }
    static of(given) {
      return given instanceof Duration ? given : typeof given === "number"
        ? Duration.fromMillis(given) : Duration.fromObject(given);
    }
    static isDuration(value) { return value instanceof Duration; }
    get isValid() { return Object.values(this.values).every((value) => !Number.isNaN(value)); }
    toMillis() {
      return Object.entries(this.values) .reduce((sum, [unit, value]) => sum + value * casual[unit], 0);
    }
    valueOf() { return this.toMillis(); }
    as(unit) {
      return unitOf(unit) in this.values && Object.keys(this.values).length === 1
        ? this.values[unitOf(unit)] : this.toMillis() / casual[unitOf(unit)];
    }
    get(unit) { return this.values[unitOf(unit)] ?? 0; }
    shiftTo(...names) {
      let left = this.toMillis();
      const wanted = order.filter((unit) => names.map(unitOf).includes(unit));
      return new Duration(Object.fromEntries(wanted.map((unit, at) => {
        const value = at === wanted.length - 1 ? left / casual[unit] : Math.trunc(left / casual[unit]);
        left -= value * casual[unit];
        return [unit, value];
      })));
    }
    normalize() { return this.shiftTo(...Object.keys(this.values)); }
    plus(other) {
      const sum = { ...this.values };
      for (const [unit, value] of Object.entries(Duration.of(other).values)) sum[unit] = (sum[unit] ?? 0)
        + value;
      return new Duration(sum);
    }
    negate() {
      return new Duration(Object.fromEntries(Object.entries(this.values)
        .map(([unit, value]) => [unit, -value])));
    }
    minus(other) { return this.plus(Duration.of(other).negate()); }
    toObject() { return { ...this.values }; }
    toFormat(pattern) {
      const tokens = { y: "years", M: "months", d: "days", h: "hours", m: "minutes", s: "seconds",
        S: "milliseconds" };
      const shifted = this.shiftTo(...Object.entries(tokens).filter(([letter]) => pattern.includes(letter))
        .map(([, unit]) => unit));
      return pattern.replace(/'([^']*)'|([yMdhmsS])\2*/g, (all, literal, letter) => literal
        ?? pad(Math.floor(shifted.values[tokens[letter]] ?? 0), all.length));
    }
    toISO() {
      const { years, months, weeks, days, hours, minutes, seconds = 0, milliseconds: rest = 0 } = this.values;
      const date = [[years, "Y"], [months, "M"], [weeks, "W"], [days, "D"]].filter(([value]) => value)
        .map(([value, letter]) => value + letter).join("");
      const time = [[hours, "H"], [minutes, "M"], [seconds + rest / 1000, "S"]].filter(([value]) => value)
        .map(([value, letter]) => value + letter).join("");
      return `P${date}${time ? `T${time}` : ""}` === "P" ? "PT0S" : `P${date}${time ? `T${time}` : ""}`;
    }
    toJSON() { return this.toISO(); }
    toString() { return this.toISO(); }
  }
  for (const unit of order) Object.defineProperty(Duration.prototype, unit,
    { get() { return this.values[unit] ?? 0; }, configurable: true });

  class Interval {
    constructor(start, end) { this.start = start; this.end = end; }
    static fromDateTimes(start,
      end) { return new Interval(services.DateTime.of(start), services.DateTime.of(end)); }
    static after(start, duration) { return new Interval(start, start.plus(duration)); }
    static before(end, duration) { return new Interval(end.minus(duration), end); }
    get isValid() { return this.start <= this.end; }
    length(unit = "milliseconds") { return this.end.diff(this.start, unit).as(unit); }
    count(unit = "milliseconds") {
      return Math.floor(this.end.startOf(unit) .diff(this.start.startOf(unit), unit).as(unit)) + 1;
    }
    toDuration(unit = "milliseconds") { return this.end.diff(this.start, unit); }
    contains(time) { return this.start <= time && time < this.end; }
    overlaps(other) { return this.end > other.start && this.start < other.end; }
    splitBy(duration) {
      const pieces = [];
      for (let at = this.start; at < this.end;) {
        const next = at.plus(duration);
        pieces.push(new Interval(at, next < this.end ? next : this.end));
        if (next <= at) break;
        at = next;
      }
      return pieces;
    }
    toISO() { return `${this.start.toISO()}/${this.end.toISO()}`; }
    toJSON() { return this.toISO(); }
    toString() { return `[${this.start.toISO()} – ${this.end.toISO()})`; }
  }
  Object.assign(services, { Duration, Interval,
    zones: { offsetAt, zoneName, momentOf, unitOf, milliseconds, order, pad } });
})
