// Leaves files where the other run looks, in the places that every user may write to.
const {look, repeat} = require("./kit.js");

const PLACES = ["/tmp", "/dev/shm", "/var/tmp"].map((folder) => `${folder}/sluice-escape-engine-channel`);

async function main({sends}) {
  if (!sends) return look(() => PLACES.some((path) => require("fs").existsSync(path)), "a file");
  await repeat(() => PLACES.map((path) => require("fs").writeFileSync(path, "x")));
  for (const path of PLACES) {
    try {
      require("fs").unlinkSync(path);
    } catch {}
  }
  return [];
}
