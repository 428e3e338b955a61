// The modules that n8n and Node scripts name most, as far as they need no host.
const assert = require("assert");
const {EventEmitter} = require("events");
const path = require("path");
const util = require("util");
const querystring = require("querystring");
const crypto = require("crypto");

function main() {
  assert.strictEqual(path.join("/a", "..", "b"), "/b");
  assert.deepStrictEqual(querystring.parse("a=1&b=2").b, "2");
  const emitter = new EventEmitter();
  let heard = 0;
  emitter.on("x", value => { heard += value; });
  emitter.emit("x", 3);
  assert.equal(heard, 3);
  assert.ok(util.inspect({a: 1}).includes("a"));
  assert.equal(crypto.createHash("sha256").update("").digest("hex").slice(0, 8), "e3b0c442");
  assert.equal(crypto.createHmac("sha256", "k").update("m").digest("base64").length, 44);
  return "ok";
}
