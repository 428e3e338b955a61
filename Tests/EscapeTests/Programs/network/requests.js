// Asks a server of the host over HTTP, by every name such a function has.
const {attempts} = require("./kit.js");

function main({port}) {
  return attempts({
    fetch: () => fetch(`http://127.0.0.1:${port}/`),
    http: () => new Promise((done, failed) =>
      require("http").get({host: "127.0.0.1", port, timeout: 2000}, done).on("error", failed)),
    XMLHttpRequest: () => new XMLHttpRequest(),
    beacon: () => navigator.sendBeacon(`http://127.0.0.1:${port}/`, "x"),
    EventSource: () => new EventSource(`http://127.0.0.1:${port}/`),
  });
}
