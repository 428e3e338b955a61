// Catches whatever is thrown at it, and goes on.
function main() {
  const end = Date.now() + 1500;
  while (Date.now() < end) {
    try {
      (function deeper() { deeper(); })();
    } catch {}
  }
  return ["ran on"];
}
