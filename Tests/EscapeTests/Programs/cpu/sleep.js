// Does nothing, for too long.
async function main() {
  await new Promise((done) => setTimeout(done, 1500));
  return ["slept on"];
}
