// Waits for connections.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    server: () => new Promise((done, failed) => {
      const server = require("net").createServer().on("error", failed);
      server.listen(0, "127.0.0.1", () => { server.close(); done(true); });
    }),
    WebSocket: () => typeof WebSocket === "undefined" ? undefined : new WebSocket("ws://127.0.0.1:1/"),
  });
}
