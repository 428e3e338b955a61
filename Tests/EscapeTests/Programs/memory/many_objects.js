// Keeps small objects until they are 80 MiB.
function main() {
  const kept = [];
  for (let count = 0; count < 1_000_000; count++) kept.push({count, next: [count]});
  return [`${kept.length} objects`];
}
