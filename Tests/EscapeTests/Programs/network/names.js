// Looks up a name, which by itself carries data out.
const {attempts} = require("./kit.js");

function main() {
  return attempts({
    lookup: () => require("dns").promises.lookup("localhost"),
    datagram: () => new Promise((done, failed) => {
      const socket = require("dgram").createSocket("udp4").on("error", failed);
      socket.bind(0, "127.0.0.1", () => { socket.close(); done(true); });
    }),
  });
}
