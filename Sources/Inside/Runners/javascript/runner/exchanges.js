"use strict";
// Requests to the egress broker that are under way: bytes out, bytes in, one connection each.

const exchanges = {
  open: new Set(),
  /** Those that wait for others to end, in the order in which they came. */
  queued: new Set(),
  /** The broker takes 48 of a run; one that has just ended may still be among them. */
  most: 20,

  /** Sends `bytes` to the broker's port; `done` gets all that came back, or an error. A function to stop it. */
  begin(port, bytes, done, failed) {
    const one = { port, descriptor: null, bytes, sent: 0, pieces: [], length: 0, done, failed };
    exchanges.queued.add(one);
    exchanges.dial();
    return () => exchanges.close(one);
  },
  dial() {
    for (const one of exchanges.queued) {
      if (exchanges.open.size >= exchanges.most) return;
      exchanges.queued.delete(one);
      try {
        one.descriptor = host.dial(one.port);
        exchanges.open.add(one);
      } catch (error) {
        one.failed(error.message);
      }
    }
  },
  close(one) {
    exchanges.queued.delete(one);
    if (exchanges.open.delete(one)) host.hangUp(one.descriptor);
    exchanges.dial();
  },
  clear() {
    exchanges.queued.clear();
    for (const one of exchanges.open) exchanges.close(one);
  },

  /** Waits at most so many milliseconds, and moves what can be moved. */
  step(milliseconds) {
    host.wait(milliseconds, ...[...exchanges.open].map((one) =>
      (one.sent < one.bytes.length ? -one.descriptor : one.descriptor)));
    for (const one of [...exchanges.open]) {
      try {
        if (exchanges.move(one)) continue;
      } catch (error) {
        exchanges.close(one);
        one.failed(error.message);
      }
    }
  },
  move(one) {
    if (one.sent < one.bytes.length) one.sent += host.send(one.descriptor, one.bytes, one.sent);
    for (let piece = host.receive(one.descriptor); piece !== undefined; piece = host.receive(one.descriptor)) {
      if (piece.length === 0) {
        exchanges.close(one);
        one.done(exchanges.joined(one));
        return;
      }
      one.pieces.push(piece);
      one.length += piece.length;
    }
  },
  joined({ pieces, length }) {
    const all = new realm.Uint8Array(length);
    let place = 0;
    for (const piece of pieces) {
      all.set(piece, place);
      place += piece.length;
    }
    return all;
  },
};
