// Doubles a map, a set and a text until something gives.
function main() {
  let text = "x";
  const map = new Map();
  for (let count = 0; count < 1_000_000; count++) map.set(count, text + count);
  while (text.length < (80 << 20)) text += text;
  return [`${map.size} ${text.charCodeAt(text.length - 1)}`];
}
