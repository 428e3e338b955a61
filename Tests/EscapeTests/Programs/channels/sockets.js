// Waits on a port and under a name that is in no file system, and is called by the other run.
const {look, repeat} = require("./kit.js");

const PLACES = [{path: "\0sluice-escape-engine-channel"}, {port: 47_113, host: "127.0.0.1"}];

const open = (place) => new Promise((done, failed) => {
  const server = require("net").createServer().on("error", failed);
  server.listen(place, () => done(server));
});

const call = (place) => new Promise((done, failed) => {
  const socket = require("net").connect(place).on("error", failed);
  socket.on("connect", () => { socket.destroy(); done(true); });
});

async function main({sends}) {
  if (sends) {
    const servers = [];
    await repeat(async () => { servers.push(...await Promise.all(PLACES.map(open))); });
    for (const server of servers) server.close();
    return [];
  }
  return look(() => Promise.any(PLACES.map(call)), "a server");
}
