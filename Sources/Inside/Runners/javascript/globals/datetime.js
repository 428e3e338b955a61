// DateTime: the part of luxon's that Code nodes use, over durations.js.
((services) => {
  "use strict";
  const { Duration, Interval } = services;
  const { offsetAt, zoneName, momentOf, unitOf, milliseconds, order, pad } = services.zones;
  const fields = ["year", "month", "day", "hour", "minute", "second", "millisecond"];
  const daysIn = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();
  const utcOf = ({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0 }) => {
    const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, millisecond));
    if (year >= 0 && year < 100) return Date.UTC(year + 400, month - 1, day, hour, minute, second,
      millisecond) - 12622780800000;
    return Number.isNaN(+date) ? NaN : Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  };
  const offsetText = (minutes, between = ":") =>
    `${minutes < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(minutes) / 60))}${between}${pad(Math.abs(minutes) % 60)}`;

  class DateTime {
    #local = null;
    constructor(time, zone = "UTC", locale = "en-US", reason = null) {
      this.ts = time;
      this.zone = { name: zone };
      this.locale = locale;
      this.invalidReason = Number.isNaN(time) ? reason ?? "invalid input" : null;
    }
    static now() { return new DateTime(Date.now(), zoneName("local")); }
    static local(...values) { return DateTime.#of(values, "local"); }
    static utc(...values) { return DateTime.#of(values, "UTC"); }
    static #of(values, zone) {
      const options = typeof values.at(-1) === "object" ? values.pop() : {};
      if (values.length === 0) return new DateTime(Date.now(), zoneName(options.zone ?? zone));
      return DateTime.fromObject(Object.fromEntries(values.map((value, at) => [fields[at], value])),
        { zone, ...options });
    }
    static fromMillis(time, { zone, locale } = {}) {
      return new DateTime(Number(time), zoneName(zone), locale);
    }
    static fromSeconds(time, options) { return DateTime.fromMillis(time * 1000, options); }
    static fromJSDate(date, options) { return DateTime.fromMillis(+date, options); }
    static fromObject(values, { zone, locale } = {}) {
      const given = Object.fromEntries(Object.entries(values)
        .map(([unit, value]) => [unitOf(unit).slice(0, -1), Number(value)]));
      const now = DateTime.now().setZone(zone ?? "local");
      const first = fields.findIndex((name) => name in given);
      const filled = Object.fromEntries(fields.map((name, at) => [name,
        given[name] ?? (at < first ? now[name] : at < 3 ? 1 : 0)]));
      const ranges = { month: [1, 12], day: [1, daysIn(filled.year, filled.month)], hour: [0, 24],
        minute: [0, 59], second: [0, 59], millisecond: [0, 999] };
      const bad = Object.keys(ranges)
        .find((name) => !(filled[name] >= ranges[name][0] && filled[name] <= ranges[name][1]));
      const name = zoneName(zone);
      return new DateTime(bad || name === null ? NaN : momentOf(utcOf(filled), name), name ?? "UTC", locale,
        bad ? "unit out of range" : "unsupported zone");
    }
    static fromISO(text, { zone, setZone = false, locale } = {}) {
      const match = /^([+-]\d{6}|\d{4})(?:-?(?:W(\d{2})(?:-?(\d))?|(\d{2})(?:-?(\d{2}))?|(\d{3})))?(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?(?:\[([\w/+-]+)\])?$/i.exec(`${text}`.trim());
      if (!match) return new DateTime(NaN, zoneName(zone) ?? "UTC", locale, "unparsable");
      const [, year, week, weekday, month, day, ordinal, hour, minute, second, fraction, offset,
        named] = match;
      const values = { year: +year, month: +(month ?? 1), day: +(day ?? 1), hour: +(hour ?? 0),
        minute: +(minute ?? 0), second: +(second ?? 0),
        millisecond: Math.floor(Number(`0.${fraction ?? 0}`) * 1000) };
      if (ordinal) Object.assign(values, { month: 1, day: 1 });
      const read = offset ? (offset.toUpperCase() === "Z" ? "UTC" : zoneName(offset)) : named ?? zone;
      let time = DateTime.fromObject(values, { zone: read, locale });
      if (ordinal) time = time.plus({ days: ordinal - 1 });
      if (week) time = DateTime.fromObject({ ...values, month: 1, day: 4 }, { zone: read, locale })
        .startOf("week").plus({ weeks: week - 1, days: (weekday ?? 1) - 1 });
      return setZone ? time : time.setZone(zone ?? "local");
    }
    static fromSQL(text, options) {
      return DateTime.fromISO(`${text}`.replace(/ ([+-]\d{2}:?\d{2}|Z)$/, "$1"), options);
    }
    static fromRFC2822(text, options) { return DateTime.fromMillis(Date.parse(text), options); }
    static fromHTTP(text, options) { return DateTime.fromMillis(Date.parse(text), options); }
    static fromFormat(text, pattern,
      options) { return services.parseDateTime(DateTime, text, pattern, options); }
    static fromString(text, pattern, options) { return DateTime.fromFormat(text, pattern, options); }
    static of(value) {
      return value instanceof DateTime ? value : value instanceof Date
        ? DateTime.fromJSDate(value) : typeof value === "number" ? DateTime.fromMillis(value)
        : DateTime.fromISO(value);
    }
    static invalid(reason) { return new DateTime(NaN, "UTC", undefined, reason); }
    static isDateTime(value) { return value instanceof DateTime; }
    static max(...times) { return times.reduce((a, b) => (b > a ? b : a)); }
    static min(...times) { return times.reduce((a, b) => (b < a ? b : a)); }

    get isValid() { return this.invalidReason === null; }
    get zoneName() { return this.zone.name; }
    get offset() { return offsetAt(this.ts, this.zone.name); }
    get #fields() {
      if (!this.#local) {
        const date = new Date(this.ts + (this.isValid ? this.offset * 60000 : 0));
        this.#local = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(),
          hour: date.getUTCHours(),
          minute: date.getUTCMinutes(), second: date.getUTCSeconds(),
          millisecond: date.getUTCMilliseconds(), weekday: date.getUTCDay() || 7 };
      }
      return this.#local;
    }
    get year() { return this.#fields.year; }
    get month() { return this.#fields.month; }
    get day() { return this.#fields.day; }
    get hour() { return this.#fields.hour; }
    get minute() { return this.#fields.minute; }
    get second() { return this.#fields.second; }
    get millisecond() { return this.#fields.millisecond; }
    get weekday() { return this.#fields.weekday; }
    get quarter() { return Math.ceil(this.month / 3); }
    get ordinal() {
      return Math.round((utcOf({ ...this.#fields, hour: 0, minute: 0, second: 0,
        millisecond: 0 }) - utcOf({ year: this.year })) / 86400000) + 1;
    }
    get daysInMonth() { return daysIn(this.year, this.month); }
    get daysInYear() { return daysIn(this.year, 2) + 337; }
    get isInLeapYear() { return daysIn(this.year, 2) === 29; }
    get weekYear() { return this.plus({ days: 4 - this.weekday }).year; }
    get weekNumber() { return Math.ceil(this.plus({ days: 4 - this.weekday }).ordinal / 7); }
    get monthLong() { return this.toLocaleString({ month: "long" }); }
    get monthShort() { return this.toLocaleString({ month: "short" }); }
    get weekdayLong() { return this.toLocaleString({ weekday: "long" }); }
    get weekdayShort() { return this.toLocaleString({ weekday: "short" }); }
    get offsetNameShort() { return this.toFormat("ZZZZ"); }
    get(unit) { return this[unitOf(unit).slice(0, -1)]; }
    toObject() { return Object.fromEntries(fields.map((name) => [name, this[name]])); }

    #with(time) { return new DateTime(time, this.zone.name, this.locale); }
    set(values) {
      const given = Object.fromEntries(Object.entries(values)
        .map(([unit, value]) => [unit === "weekday" || unit === "ordinal" ? unit
        : unitOf(unit).slice(0, -1), Number(value)]));
      if ("weekday" in given) return this.plus({ days: given.weekday - this.weekday });
      if ("ordinal" in given) return this.plus({ days: given.ordinal - this.ordinal });
      const next = { ...this.toObject(), ...given };
      if (!("day" in given)) next.day = Math.min(next.day, daysIn(next.year, next.month));
      return this.#with(momentOf(utcOf(next), this.zone.name));
    }
    plus(given) {
      const { years = 0, quarters = 0, months = 0, weeks = 0, days = 0,
        ...clock } = Duration.of(given).values;
      let time = this.ts;
      if (years || quarters || months || weeks || days) {
        const count = this.year * 12 + this.month - 1 + years * 12 + quarters * 3 + months;
        const [year, month] = [Math.floor(count / 12), (count % 12) + 1];
        const day = Math.min(this.day, daysIn(year, month)) + weeks * 7 + days;
        time = momentOf(utcOf({ ...this.toObject(), year, month, day }), this.zone.name);
      }
      for (const [unit, value] of Object.entries(clock)) time += value * milliseconds[unit];
      return this.#with(time);
    }
    minus(given) { return this.plus(Duration.of(given).negate()); }
    startOf(unit) {
      const name = unitOf(unit);
      if (name === "weeks") return this.startOf("day").plus({ days: 1 - this.weekday });
      const parts = this.toObject();
      if (name === "quarters") parts.month = (this.quarter - 1) * 3 + 1;
      const keep = { years: 1, quarters: 2, months: 2, days: 3, hours: 4, minutes: 5, seconds: 6,
        milliseconds: 7 }[name];
      fields.slice(keep).forEach((field) => { parts[field] = ["month", "day"].includes(field) ? 1 : 0; });
      return this.#with(momentOf(utcOf(parts), this.zone.name));
    }
    endOf(unit) { return this.startOf(unit).plus({ [unitOf(unit)]: 1 }).minus(1); }
    diff(other, unit = "milliseconds") {
      const wanted = order.filter((one) => [].concat(unit).map(unitOf).includes(one));
      const values = {};
      let from = DateTime.of(other).setZone(this.zone.name);
      const sign = this.ts < from.ts ? -1 : 1;
      wanted.forEach((one, at) => {
        const isLast = at === wanted.length - 1;
        if (one in milliseconds && !["weeks", "days"].includes(one)) {
          const exact = (this.ts - from.ts) / milliseconds[one];
          values[one] = isLast ? exact : Math.trunc(exact);
          from = from.plus({ [one]: values[one] });
          return;
        }
        let count = Math.trunc((this.ts - from.ts) / { years: 31556952000, quarters: 7889238000,
          months: 2629746000, weeks: 604800000, days: 86400000 }[one]) + sign;
        while (count !== 0 && (this.ts - from.plus({ [one]: count }).ts) * sign < 0) count -= sign;
        const low = from.plus({ [one]: count });
        const high = from.plus({ [one]: count + sign });
        values[one] = count + (isLast ? (sign * (this.ts - low.ts)) / Math.abs(high.ts - low.ts) : 0);
        from = low;
      });
      return new Duration(values);
    }
    diffNow(unit, options) { return this.diff(DateTime.now(), unit, options); }
    until(other) { return Interval.fromDateTimes(this, other); }
    hasSame(other, unit) { return +this.startOf(unit) <= +other && +other <= +this.endOf(unit); }
    equals(other) { return this.ts === other.ts && this.zone.name === other.zone.name; }
    setZone(zone, { keepLocalTime = false } = {}) {
      const name = zoneName(zone);
      if (name === null) return new DateTime(NaN, "UTC", this.locale, "unsupported zone");
      return new DateTime(keepLocalTime ? momentOf(utcOf(this.toObject()), name) : this.ts, name,
        this.locale);
    }
    toUTC() { return this.setZone("UTC"); }
    toLocal() { return this.setZone("local"); }
    setLocale(locale) { return new DateTime(this.ts, this.zone.name, locale); }
    reconfigure({ locale }) { return this.setLocale(locale); }

    #ifValid(make) { return this.isValid ? make() : null; }
    toISODate() { return this.#ifValid(() => `${pad(this.year, 4)}-${pad(this.month)}-${pad(this.day)}`); }
    toISOTime({ includeOffset = true, suppressMilliseconds = false } = {}) {
      const rest = suppressMilliseconds && this.millisecond === 0 ? "" : `.${pad(this.millisecond, 3)}`;
      const zone = !includeOffset ? "" : this.zone.name === "UTC" ? "Z" : offsetText(this.offset);
      return this.#ifValid(() => `${pad(this.hour)}:${pad(this.minute)}:${pad(this.second)}${rest}${zone}`);
    }
    toISO(options) { return this.#ifValid(() => `${this.toISODate()}T${this.toISOTime(options)}`); }
    toISOWeekDate() { return `${this.weekYear}-W${pad(this.weekNumber)}-${this.weekday}`; }
    toSQLDate() { return this.toISODate(); }
    toSQL({ includeOffset = true } = {}) { return `${this.toISODate()} ${this.toISOTime({ includeOffset: false })}${includeOffset ? ` ${offsetText(this.offset)}` : ""}`; }
    toRFC2822() { return this.setLocale("en-US").toFormat("ccc, dd LLL yyyy HH:mm:ss ZZZ"); }
    toHTTP() { return new Date(this.ts).toUTCString(); }
    toMillis() { return this.ts; }
    toSeconds() { return this.ts / 1000; }
    toUnixInteger() { return Math.floor(this.ts / 1000); }
    toJSDate() { return new Date(this.ts); }
    toJSON() { return this.toISO(); }
    toString() { return this.isValid ? this.toISO() : "Invalid DateTime"; }
    valueOf() { return this.ts; }
    get invalidExplanation() { return null; }
    toLocaleString(options = { year: "numeric", month: "numeric", day: "numeric" }, { locale } = {}) {
      const zone = /^UTC[+-]/.test(this.zone.name) ? this.zone.name.slice(3)
        .replace(/^([+-])(\d):?/, "$10$2:").replace(/^([+-]\d\d)(:)?$/, "$1:00") : this.zone.name;
      return this.isValid ? new Intl.DateTimeFormat(locale ?? this.locale, { timeZone: zone, ...options })
        .format(this.ts) : "Invalid DateTime";
    }
    toFormat(pattern, options) {
      return this.isValid ? services.formatDateTime(this, pattern, options) : "Invalid DateTime";
    }
    toRelative({ base = DateTime.now(), locale = this.locale } = {}) {
      const seconds = (this.ts - base.ts) / 1000;
      const [unit, size] = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600],
        ["minute", 60], ["second", 1]].find(([, one]) => Math.abs(seconds) >= one) ?? ["second", 1];
      return new Intl.RelativeTimeFormat(locale).format(Math.trunc(seconds / size), unit);
    }
    [Symbol.for("nodejs.util.inspect.custom")]() { return `DateTime { ts: ${this.toISO()}, zone: ${this.zone.name}, locale: ${this.locale} }`; }
  }
  const style = (date, time) => ({ ...date, ...time });
  const day = { year: "numeric", month: "numeric", day: "numeric" };
  const medium = { ...day, month: "short" };
  const full = { ...day, month: "long" };
  const clock = { hour: "numeric", minute: "numeric" };
  const seconds = { ...clock, second: "numeric" };
  Object.assign(DateTime, { DATE_SHORT: day, DATE_MED: medium, DATE_FULL: full,
    DATE_HUGE: { ...full, weekday: "long" }, DATE_MED_WITH_WEEKDAY: { ...medium, weekday: "short" },
    TIME_SIMPLE: clock, TIME_WITH_SECONDS: seconds, TIME_24_SIMPLE: { ...clock, hourCycle: "h23" },
    TIME_24_WITH_SECONDS: { ...seconds, hourCycle: "h23" },
    DATETIME_SHORT: style(day, clock), DATETIME_MED: style(medium, clock),
    DATETIME_FULL: { ...style(full, clock), timeZoneName: "short" },
    DATETIME_SHORT_WITH_SECONDS: style(day, seconds), DATETIME_MED_WITH_SECONDS: style(medium, seconds),
    DATETIME_HUGE: { ...style(full, clock), weekday: "long", timeZoneName: "long" } });
  services.DateTime = DateTime;
  services.builtins.set("luxon",
    () => ({ DateTime, Duration, Interval, Settings: { defaultZone: "local", defaultLocale: "en-US" } }));
})
