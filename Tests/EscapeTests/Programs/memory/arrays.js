// Keeps 80 MiB of bytes.
function main() {
  const kept = [];
  for (let count = 0; count < 80; count++) kept.push(new Uint8Array(1 << 20).fill(1));
  return [`${kept.length} MiB`];
}
