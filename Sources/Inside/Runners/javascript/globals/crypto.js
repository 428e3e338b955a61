// crypto: the web's part and the part of Node's that scripts use.
((services, host) => {
  "use strict";
  const hashes = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
  const blockSizes = { sha384: 128, sha512: 128 };
  const nameOf = (name) => `${name}`.toLowerCase().replace(/^sha-(?=\d)/, "sha").replace(/^rsa-/, "");
  const bytesOf = (value, encoding) => {
    if (typeof value === "string") return services.encodeText(value, encoding);
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    throw new TypeError("the data must be a string, Buffer, TypedArray or ArrayBuffer");
  };
  const join = (pieces) => {
    const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  };
  const hash = (name, bytes) => {
    const digest = host.digest(nameOf(name), bytes);
    if (!digest) throw new Error(`unknown digest '${name}'; there are: ${hashes.join(", ")}`);
    return digest;
  };
  const hmac = (name, key, bytes) => {
    const size = blockSizes[nameOf(name)] ?? 64;
    const block = new Uint8Array(size);
    block.set(key.length > size ? hash(name, key) : key);
    const inner = hash(name, join([block.map((byte) => byte ^ 0x36), bytes]));
    return hash(name, join([block.map((byte) => byte ^ 0x5c), inner]));
  };
  const encoded = (bytes, encoding) => {
    const buffer = Buffer.from(bytes);
    return encoding === undefined || encoding === "buffer" ? buffer : buffer.toString(encoding);
  };

  class Digest {
    #pieces = []; #finish; #done = false;
    constructor(finish) { this.#finish = finish; }
    update(data, encoding) {
      if (this.#done) throw new Error("Digest already called");
      this.#pieces.push(bytesOf(data, encoding).slice());
      return this;
    }
    digest(encoding) {
      if (this.#done) throw new Error("Digest already called");
      this.#done = true;
      return encoded(this.#finish(join(this.#pieces)), encoding);
    }
    copy() {
      const copy = new Digest(this.#finish);
      copy.#pieces = [...this.#pieces];
      return copy;
    }
  }

  const randomBytes = (count, callback) => {
    const bytes = host.fillRandom(Buffer.alloc(count));
    if (!callback) return bytes;
    setImmediate(() => callback(null, bytes));
    return undefined;
  };
  const randomUUID = () => {
    const bytes = host.fillRandom(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = services.decodeBytes(bytes, "hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16,
      20)}-${hex.slice(20)}`;
  };
  const randomInt = (low, high) => {
    const [from, to] = typeof high === "number" ? [low, high] : [0, low];
    const range = to - from;
    if (!Number.isSafeInteger(range)
      || range <= 0) throw new RangeError("randomInt: max must be larger than min");
    const limit = 2 ** 48 - (2 ** 48 % range);
    for (;;) {
      const value = host.fillRandom(Buffer.alloc(6)).readUIntBE(0, 6);
      if (value < limit) return from + (value % range);
    }
  };
  const timingSafeEqual = (a, b) => {
    const [left, right] = [bytesOf(a), bytesOf(b)];
    if (left.length !== right.length) throw new RangeError("Input buffers must have the same byte length");
    let difference = 0;
    for (let at = 0; at < left.length; at += 1) difference |= left[at] ^ right[at];
    return difference === 0;
  };
  const pbkdf2Sync = (password, salt, rounds, length, name = "sha1") => {
    const key = bytesOf(password);
    const pieces = [];
    for (let block = 1, made = 0; made < length; block += 1) {
      let turn = hmac(name, key,
        join([bytesOf(salt), new Uint8Array([block >>> 24, block >>> 16, block >>> 8, block])]));
      const sum = turn.slice();
      for (let round = 1; round < rounds; round += 1) {
        turn = hmac(name, key, turn);
        for (let at = 0; at < sum.length; at += 1) sum[at] ^= turn[at];
      }
      pieces.push(sum);
      made += sum.length;
    }
    return Buffer.from(join(pieces).subarray(0, length));
  };
  const notHere = (name) => () => {
    throw new Error(`crypto.${name} is not available; there are hashes, HMAC, PBKDF2 and random values`);
  };

  const subtle = { digest: async (algorithm, data) => {
    const bytes = hash(typeof algorithm === "string" ? algorithm : algorithm.name, bytesOf(data));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  } };
  // HMAC is what webhooks are signed with; other keys are not there.
  const secrets = new WeakMap();
  const plain = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const secretOf = (key) => secrets.get(key) ?? notHere("subtle with such a key")();
  subtle.importKey = async (format, data, algorithm, extractable, usages) => {
    if (format !== "raw" || algorithm?.name !== "HMAC") notHere("subtle.importKey of anything but a raw HMAC key")();
    const name = typeof algorithm.hash === "string" ? algorithm.hash : algorithm.hash.name;
    const key = { type: "secret", algorithm: { name: "HMAC", hash: { name } }, extractable, usages: [...usages] };
    secrets.set(key, { name, bytes: bytesOf(data).slice() });
    return key;
  };
  subtle.sign = async (_, key, data) => {
    const { name, bytes } = secretOf(key);
    return plain(hmac(name, bytes, bytesOf(data)));
  };
  subtle.verify = async (_, key, signature, data) => {
    const made = new Uint8Array(await subtle.sign(_, key, data));
    const given = bytesOf(signature);
    return made.length === given.length && timingSafeEqual(made, given);
  };
  for (const name of ["encrypt", "decrypt", "generateKey", "exportKey",
    "deriveBits", "deriveKey"]) {
    subtle[name] = async () => notHere(`subtle.${name}`)();
  }
  const getRandomValues = (array) => {
    if (!ArrayBuffer.isView(array)) throw new TypeError("getRandomValues takes a typed array");
    if (array.byteLength > 65536) throw new DOMException("getRandomValues gives at most 65536 bytes",
      "QuotaExceededError");
    return host.fillRandom(array);
  };
  const webcrypto = { getRandomValues, randomUUID, subtle };
  const node = {
    ...webcrypto, webcrypto, randomBytes, randomInt, timingSafeEqual, pbkdf2Sync,
    randomFillSync: (array) => host.fillRandom(array),
    createHash: (name) => {
      hash(name, new Uint8Array());
      return new Digest((bytes) => hash(name, bytes));
    },
    createHmac: (name, key) => {
      hash(name, new Uint8Array());
      const secret = bytesOf(key).slice();
      return new Digest((bytes) => hmac(name, secret, bytes));
    },
    hash: (name, data, encoding = "hex") => encoded(hash(name, bytesOf(data)), encoding),
    getHashes: () => [...hashes],
  };
  for (const name of ["createCipheriv", "createDecipheriv", "createSign", "createVerify", "publicEncrypt",
    "privateDecrypt",
    "generateKeyPairSync", "scryptSync", "createPrivateKey", "createPublicKey"]) node[name] = notHere(name);
  Object.defineProperty(globalThis, "crypto", { value: webcrypto, writable: true, configurable: true });
  services.builtins.set("crypto", () => node);
})
