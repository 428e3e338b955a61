// The kind of work a node does, on an input of some size.
function main({rows, text, extra}) {
  const check = (holds, what) => { if (!holds) throw new Error(what); };
  check(rows.length === 20000 && rows.at(-1).id === 19999, "rows");
  check(text === "Grüße, мир, 世界, 🌍, e\u0301, \u202eabc, \u0000, \u{10ffff}", "text");
  check(extra === null, "null");
  const groups = {};
  for (const row of rows) (groups[row.id % 7] ??= []).push(row.name);
  check(groups[6][0] === "name 6", "groups");
  const index = new Map(rows.map(row => [row.id, row]));
  check(index.get(500).amount === 1000, "index");
  const sorted = [...rows].sort((a, b) => b.amount - a.amount || a.id - b.id);
  check(sorted[0].id === 19999, "sorted");
  const words = rows.map(row => row.name).join(" ").match(/\w+/g);
  check(words.length === 40000, "words");
  let nested = [];
  for (let i = 0; i < 100; i++) nested = [nested];
  let primes = 0;
  const sieve = new Uint8Array(200000).fill(1);
  for (let n = 2; n < sieve.length; n++) {
    if (!sieve[n]) continue;
    primes++;
    for (let m = n * n; m < sieve.length; m += n) sieve[m] = 0;
  }
  check(primes === 17984, "primes");
  const memory = Array.from({length: 100}, () => new Uint8Array(1 << 20).fill(1));
  check(memory.length === 100, "100 MiB");
  const copy = JSON.parse(JSON.stringify(rows));
  check(copy[7].name === "name 7", "copy");
  return {nested, text, float: 0.1, missing: undefined, none: null,
    groups: Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, value.length]))};
}
