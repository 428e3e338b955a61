// Prints 4 MiB.
function main() {
  for (let count = 0; count < 4096; count++) console.log("x".repeat(1023));
  return ["printed"];
}
