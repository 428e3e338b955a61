// Makes one string of 80 MiB and walks over it.
function main() {
  const text = "xyz".repeat(27 << 20);
  return [`${text.length} characters, ${text.indexOf("zz")}`];
}
