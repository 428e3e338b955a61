// Reaches the host by sockets of every kind that the engine has, and lets a debugger in.
const {attempts} = require("./kit.js");

const connected = (place) => new Promise((done, failed) => {
  const socket = require("net").connect(place, () => { socket.destroy(); done(true); }).on("error", failed);
});

const listening = (server, place) => new Promise((done, failed) => {
  server.on("error", failed).listen(place, () => { server.close(); done(true); });
});

function main({port, file, abstract}) {
  return attempts({
    "socket file": () => connected({path: file}),
    "abstract name": () => connected({path: `\0${abstract}`}),
    "IPv6": () => listening(require("net").createServer(), {port: 0, host: "::1"}),
    "file to call": () => listening(require("net").createServer(), {path: "/tmp/sluice-escape-engine.socket"}),
    datagram: () => new Promise((done, failed) => {
      const socket = require("dgram").createSocket("udp4").on("error", failed);
      socket.send("x", port, "127.0.0.1", (error) => { socket.close(); error ? failed(error) : done(true); });
    }),
    "HTTP/2": () => new Promise((done, failed) => {
      const session = require("http2").connect(`http://127.0.0.1:${port}`).on("error", failed);
      session.on("connect", () => { session.destroy(); done(true); });
    }),
    debugger: () => {
      const inspector = require("inspector");
      inspector.open(0, "127.0.0.1");
      const address = inspector.url();
      inspector.close();
      return address;
    },
  });
}
