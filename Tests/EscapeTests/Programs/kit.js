// What the programs share: attempts, of which those that work are told, and two runs that look for each other.
async function attempts(acts) {
  const reached = [];
  for (const [name, act] of Object.entries(acts)) {
    try {
      const answer = await act();
      if (answer !== undefined && answer !== null && answer !== false) reached.push(name);
    } catch {}
  }
  return reached;
}

// Two processes of Node.js on a busy machine begin up to a second apart.
const LASTS = 1200;

/** Repeats `act` for a while and keeps what it answers, so that it stays. */
async function repeat(act) {
  const kept = [];
  for (const end = Date.now() + LASTS; Date.now() < end;) {
    try {
      kept.push(await act());
    } catch {}
    await new Promise((done) => setTimeout(done, 10));
  }
  return [];
}

/** `[name]` as soon as `see` answers something. */
async function look(see, name) {
  for (const end = Date.now() + LASTS; Date.now() < end;) {
    try {
      if (await see()) return [name];
    } catch {}
    await new Promise((done) => setTimeout(done, 5));
  }
  return [];
}

module.exports = {attempts, repeat, look};
