// Leaves marks in modules that the next run loads.
function main() {
  const found = [];
  for (const name of ["path", "util", "events", "querystring"]) {
    const module = require(name);
    if (module.sluiceMark) found.push(name);
    module.sluiceMark = true;
  }
  return found;
}
