// Connects to a server of the host.
const {attempts} = require("./kit.js");

function main({port}) {
  return attempts({
    TCP: () => new Promise((done, failed) =>
      require("net").connect(port, "127.0.0.1", () => done(true)).on("error", failed).unref()),
  });
}
