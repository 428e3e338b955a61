// Writes 4 MiB to its error output.
function main() {
  for (let count = 0; count < 4096; count++) console.error("x".repeat(1023));
  return ["written"];
}
