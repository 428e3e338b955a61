// Writes to the result's descriptor by hand, in the ways that `case` names; in Node.js.
const fs = require("fs");

const frame = (kind, payload, length = payload.length, magic = 0x31534552) => {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(kind, 4);
  head.writeBigUInt64LE(BigInt(length), 8);
  return Buffer.concat([head, Buffer.from(payload)]);
};
const send = (...parts) => { for (const part of parts) fs.writeSync(3, part); };
const good = frame(1, '{"forged":true}');
const ways = {
  "two frames": () => { send(good); return {honest: true}; },
  "frame and exit 0": () => { send(good); process.reallyExit(0); },
  "frame and exit 7": () => { send(good); process.reallyExit(7); },
  "frame and rest": () => { send(good, "and more"); process.reallyExit(0); },
  "half a header": () => { send(good.subarray(0, 7)); process.reallyExit(0); },
  "half a payload": () => { send(frame(1, "{}", 100)); process.reallyExit(0); },
  "huge length": () => { send(frame(1, "{}", 2n ** 63n)); process.reallyExit(0); },
  "wrong magic": () => { send(frame(1, "{}", 2, 1)); process.reallyExit(0); },
  "no JSON": () => { send(frame(1, "{broken")); process.reallyExit(0); },
  "nothing and exit 0": () => process.reallyExit(0),
  "nothing and exit 7": () => process.exit(7),
  "setup failure status": () => process.reallyExit(0x5e000001),
  "closed 3": () => { fs.closeSync(3); return 1; },
  "magic in the log": () => { fs.writeSync(1, good); return {honest: true}; },
  "ready again": () => process.kill(0x59444145, 0),
  zeros: () => { send(Buffer.alloc(65536)); process.reallyExit(0); },
  flood: () => { for (;;) send(Buffer.alloc(65536)); },
  "from a thread": () => new Promise((done) => {
    const {Worker} = require("worker_threads");
    new Worker('require("fs").writeSync(3, Buffer.from("no frame"))', {eval: true}).on("exit", () => done(1));
  }),
};

function main(input) {
  return ways[input.case]();
}
