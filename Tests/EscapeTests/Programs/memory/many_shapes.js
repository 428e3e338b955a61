// Keeps objects of which each has names of its own.
function main() {
  const kept = [];
  for (let count = 0; count < 200_000; count++) kept.push({["name" + count]: count});
  return [`${kept.length} objects`];
}
