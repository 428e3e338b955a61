// Returns 400 lists within each other.
function main() {
  let value = [];
  for (let count = 0; count < 400; count++) value = [value];
  return value;
}
