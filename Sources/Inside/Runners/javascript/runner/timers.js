"use strict";
// setTimeout and its kin. One callback per turn, so that promise reactions run between two of them.

const timers = {
  list: new Map(),
  next: 1,

  add(callback, delay, repeats) {
    const number = timers.next++;
    const wait = Math.min(Math.max(Number(delay) || 0, 1), 2 ** 31 - 1);
    timers.list.set(number, { number, callback, wait, repeats, due: host.monotonic() + wait,
      isImmediate: delay === null });
    return number;
  },
  remove(number) {
    timers.list.delete(number);
  },
  refresh(number) {
    const timer = timers.list.get(number);
    if (timer) timer.due = host.monotonic() + timer.wait;
  },
  clear() {
    timers.list.clear();
    timers.next = 1;
  },

  /** The timer that is due first; immediates come before all. */
  first() {
    let first = null;
    for (const timer of timers.list.values()) {
      if (timer.isImmediate) return timer;
      if (!first || timer.due < first.due) first = timer;
    }
    return first;
  },

  /** Runs what is due: milliseconds to wait before the next turn, or -1 when no timer is left. */
  turn() {
    const timer = timers.first();
    if (!timer) return -1;
    const left = timer.isImmediate ? 0 : timer.due - host.monotonic();
    if (left > 0) return Math.max(left, 0.05);
    if (timer.repeats) timer.due = host.monotonic() + timer.wait;
    else timers.list.delete(timer.number);
    timer.callback();
    return 0;
  },
};
