// Reads what the last match of a regular expression left behind.
function main() {
  const found = RegExp["$1"] === "secret" ? ["match"] : [];
  /(secret)/.exec("a secret of a run");
  return found;
}
