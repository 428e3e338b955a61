// luxon's format tokens, written and read.
((services) => {
  "use strict";
  const { pad, zoneName } = services.zones;
  const names = (time, option, style) => time.toLocaleString({ [option]: style });
  const offset = (time, between, isShort) => {
    const minutes = Math.abs(time.offset);
    const rest = minutes % 60;
    const hours = Math.floor(minutes / 60);
    const sign = time.offset < 0 ? "-" : "+";
    return isShort ? `${sign}${hours}${rest ? `:${pad(rest)}` : ""}`
      : `${sign}${pad(hours)}${between}${pad(rest)}`;
  };
  const part = (time, type, options) =>
    new Intl.DateTimeFormat(time.locale,
      { timeZone: /^UTC[+-]/.test(time.zoneName) ? "UTC" : time.zoneName, ...options })
      .formatToParts(time.ts).find((one) => one.type === type)?.value ?? "";
  const macros = { D: { year: "numeric", month: "numeric", day: "numeric" },
    DD: { year: "numeric", month: "short", day: "numeric" },
    DDD: { year: "numeric", month: "long", day: "numeric" },
    DDDD: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
    t: { hour: "numeric", minute: "numeric" }, tt: { hour: "numeric", minute: "numeric", second: "numeric" },
    T: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    TT: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    f: { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
    ff: { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "numeric" } };
  const tokens = {
    y: (t) => `${t.year}`, yy: (t) => pad(t.year % 100), yyyy: (t) => pad(t.year, 4),
    M: (t) => `${t.month}`, MM: (t) => pad(t.month), MMM: (t) => names(t, "month", "short"),
    MMMM: (t) => names(t, "month", "long"), MMMMM: (t) => names(t, "month", "narrow"), d: (t) => `${t.day}`,
    dd: (t) => pad(t.day), o: (t) => `${t.ordinal}`, ooo: (t) => pad(t.ordinal, 3),
    H: (t) => `${t.hour}`, HH: (t) => pad(t.hour), h: (t) => `${t.hour % 12 || 12}`,
    hh: (t) => pad(t.hour % 12 || 12), m: (t) => `${t.minute}`, mm: (t) => pad(t.minute),
    s: (t) => `${t.second}`, ss: (t) => pad(t.second), S: (t) => `${t.millisecond}`,
    SSS: (t) => pad(t.millisecond, 3), u: (t) => pad(t.millisecond, 3),
    a: (t) => part(t, "dayPeriod", { hour: "numeric", hour12: true }) || (t.hour < 12 ? "AM" : "PM"),
    E: (t) => `${t.weekday}`, EEE: (t) => names(t, "weekday", "short"),
    EEEE: (t) => names(t, "weekday", "long"), EEEEE: (t) => names(t, "weekday", "narrow"),
    W: (t) => `${t.weekNumber}`, WW: (t) => pad(t.weekNumber), kk: (t) => pad(t.weekYear % 100),
    kkkk: (t) => pad(t.weekYear, 4), q: (t) => `${t.quarter}`, qq: (t) => pad(t.quarter),
    X: (t) => `${Math.floor(t.ts / 1000)}`, x: (t) => `${t.ts}`, z: (t) => t.zoneName,
    Z: (t) => offset(t, ":", true), ZZ: (t) => offset(t, ":", false), ZZZ: (t) => offset(t, "", false),
    ZZZZ: (t) => part(t, "timeZoneName", { timeZoneName: "short" }),
    ZZZZZ: (t) => part(t, "timeZoneName", { timeZoneName: "long" }),
    G: (t) => part(t, "era", { era: "short" }),
  };
  for (const [from, to] of [["L", "M"], ["LL", "MM"], ["LLL", "MMM"], ["LLLL", "MMMM"], ["LLLLL", "MMMMM"],
    ["c", "E"], ["ccc", "EEE"], ["cccc", "EEEE"], ["ccccc", "EEEEE"]]) tokens[from] = tokens[to];
  const tokenPattern = /'((?:[^'])*)'|([a-zA-Z])\2*/g;

  services.formatDateTime = (given, pattern, { locale } = {}) => {
    const time = locale ? given.setLocale(locale) : given;
    return pattern.replace(tokenPattern, (all, literal) => {
      if (literal !== undefined) return literal;
      if (macros[all]) return time.toLocaleString(macros[all]);
      return tokens[all] ? tokens[all](time) : all;
    });
  };

  const monthNames = (style) =>
    Array.from({ length: 12 },
    (_, month) => new Intl.DateTimeFormat("en-US", { month: style, timeZone: "UTC" })
    .format(Date.UTC(2024, month, 1)).toLowerCase());
  const readers = {
    yyyy: ["\\d{4}", "year"], y: ["\\d{1,6}", "year"],
    yy: ["\\d{2}", "year", (text) => Number(text) + (Number(text) > 60 ? 1900 : 2000)],
    M: ["\\d{1,2}", "month"], MM: ["\\d{2}", "month"], d: ["\\d{1,2}", "day"], dd: ["\\d{2}", "day"],
    H: ["\\d{1,2}", "hour"], HH: ["\\d{2}", "hour"],
    h: ["\\d{1,2}", "hour"], hh: ["\\d{2}", "hour"], m: ["\\d{1,2}", "minute"], mm: ["\\d{2}", "minute"],
    s: ["\\d{1,2}", "second"], ss: ["\\d{2}", "second"],
    S: ["\\d{1,3}", "millisecond"], SSS: ["\\d{3}", "millisecond"],
    a: ["[AaPp]\\.?[Mm]\\.?", "meridiem", (text) => text[0].toLowerCase()],
    MMM: ["[A-Za-z]{3}", "month", (text) => monthNames("short").indexOf(text.toLowerCase()) + 1],
    MMMM: ["[A-Za-z]+", "month", (text) => monthNames("long").indexOf(text.toLowerCase()) + 1],
    EEE: ["[A-Za-z]{3}", null], EEEE: ["[A-Za-z]+", null], Z: ["[+-]\\d{1,2}(?::?\\d{2})?", "zone", String],
    ZZ: ["[+-]\\d{2}:\\d{2}", "zone", String],
    ZZZ: ["[+-]\\d{4}", "zone", String], z: ["[A-Za-z_/+-]+", "zone", String], X: ["-?\\d+", "seconds"],
    x: ["-?\\d+", "millis"],
  };
  for (const [from, to] of [["L", "M"], ["LL", "MM"], ["LLL", "MMM"], ["LLLL", "MMMM"], ["ccc", "EEE"],
    ["cccc", "EEEE"]]) readers[from] = readers[to];

  services.parseDateTime = (DateTime, text, pattern, { zone, setZone = false, locale } = {}) => {
    const reads = [];
    let source = "";
    let at = 0;
    for (const match of pattern.matchAll(tokenPattern)) {
      source += RegExp.escape(pattern.slice(at, match.index));
      at = match.index + match[0].length;
      const reader = match[1] === undefined ? readers[match[0]] : undefined;
      if (reader) reads.push(reader);
      source += reader ? `(${reader[0]})` : RegExp.escape(match[1] ?? match[0]);
    }
    const found = new RegExp(`^${source}${RegExp.escape(pattern.slice(at))}$`, "i").exec(`${text}`.trim());
    if (!found) return DateTime.invalid("unparsable");
    const values = {};
    reads.forEach(([, name, read = Number], index) => { if (name) values[name] = read(found[index + 1]); });
    const { meridiem, zone: written, seconds, millis, ...fields } = values;
    if (seconds !== undefined || millis !== undefined) return DateTime.fromMillis(millis ?? seconds * 1000,
      { zone, locale });
    if (meridiem && fields.hour !== undefined) fields.hour = (fields.hour % 12) + (meridiem === "p" ? 12 : 0);
    const time = DateTime.fromObject(fields, { zone: written ? zoneName(written) : zone, locale });
    return setZone || !written ? time : time.setZone(zone ?? "local");
  };
})
