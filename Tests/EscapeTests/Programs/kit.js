// What the programs share: attempts, of which those that work are told.
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
module.exports = {attempts};
