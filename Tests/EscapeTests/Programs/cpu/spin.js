// Computes for ever.
function main() {
  const end = Date.now() + 1500;
  while (Date.now() < end) {}
  return ["ran on"];
}
