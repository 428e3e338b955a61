// Returns 40 MiB.
function main() {
  return ["x".repeat(40 << 20)];
}
