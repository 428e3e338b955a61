// Changes functions that the next run uses.
function main() {
  const found = [];
  if (Math.max(1, 2) !== 2) found.push("max");
  if (JSON.parse("1") !== 1) found.push("parse");
  if ([2, 1].includes(1) !== true) found.push("includes");
  Math.max = () => 0;
  JSON.parse = () => "changed";
  Array.prototype.includes = () => "changed";
  return found;
}
