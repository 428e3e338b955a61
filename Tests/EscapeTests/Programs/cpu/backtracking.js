// Matches a pattern that takes twice as long with every character.
function main() {
  const end = Date.now() + 1500;
  for (let length = 22; Date.now() < end; length++) /^(a|a)*$/.test("a".repeat(Math.min(length, 24)) + "b");
  return ["ran on"];
}
