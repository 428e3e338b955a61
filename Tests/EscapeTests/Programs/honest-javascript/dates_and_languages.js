// Dates, zones, Intl.
function check(holds, what) {
  if (!holds) throw new Error(what);
}

function main() {
  const day = new Date(Date.UTC(2024, 6, 1, 12));
  check(day.toISOString() === "2024-07-01T12:00:00.000Z" && day.getTimezoneOffset() === 0, "UTC");
  check(new Date("2024-02-29T23:59:59+09:00").getTime() === 1709218799000, "parse");
  check(isNaN(new Date("nonsense")), "invalid");
  const berlin = new Intl.DateTimeFormat("en-GB", {timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit"});
  check(berlin.format(day) === "14:00", "Berlin " + berlin.format(day));
  check(day.toLocaleString("en-US", {timeZone: "Asia/Seoul", hour: "numeric", hour12: false}).startsWith("21"), "Seoul");
  check(new Intl.NumberFormat("de-DE", {style: "currency", currency: "EUR"}).format(1234.5).includes("1.234,50"), "euro");
  check((1234567.891).toLocaleString("en-US") === "1,234,567.891", "thousands");
  check(["ä", "z", "a"].sort(new Intl.Collator("de").compare).join("") === "aäz", "collation");
  check(new Intl.PluralRules("en").select(1) === "one", "plural");
  check(new Intl.ListFormat("en").format(["a", "b", "c"]) === "a, b, and c", "list");
  check(new Intl.RelativeTimeFormat("en").format(-1, "day") === "1 day ago", "relative");
  check([...new Intl.Segmenter("en", {granularity: "grapheme"}).segment("👨‍👩‍👧e\u0301")].length === 2, "graphemes");
  check("İ".toLocaleLowerCase("tr") === "i", "turkish");
  try {
    new Intl.DateTimeFormat("en", {timeZone: "No/Where"});
    return "no error";
  } catch (error) {
    check(error instanceof RangeError, "unknown zone");
  }
  return "ok";
}
