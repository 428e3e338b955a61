"use strict";
// setTimeout and its kin. One callback per turn, so that promise reactions run between two of them.

const timers = {
  list: new Map(),
  /** A binary heap of those that wait, the first one at the front; it may still hold what was removed. */
  heap: [],
  /** Immediates in their order; it may still hold what was removed. */
  immediates: [],
  next: 1,

  add(callback, delay, repeats) {
    const number = timers.next++;
    const wait = Math.min(Math.max(Number(delay) || 0, 1), 2 ** 31 - 1);
    const timer = { number, callback, wait, repeats, due: host.monotonic() + wait, queued: 0,
      isImmediate: delay === null };
    timers.list.set(number, timer);
    if (timer.isImmediate) timers.immediates.push(timer);
    else timers.enqueue(timer);
    return number;
  },
  remove(number) {
    timers.list.delete(number);
  },
  refresh(number) {
    const timer = timers.list.get(number);
    if (!timer || timer.isImmediate) return;
    timer.due = host.monotonic() + timer.wait;
    timers.enqueue(timer);
  },
  clear() {
    timers.list.clear();
    timers.heap = [];
    timers.immediates = [];
    timers.next = 1;
  },

  isBefore: (a, b) => a.due < b.due || (a.due === b.due && a.number < b.number),
  /** A timer can stand in the heap more than once: only the entry with its newest mark counts. */
  enqueue(timer) {
    timer.queued += 1;
    const entry = { timer, due: timer.due, number: timer.number, mark: timer.queued };
    const { heap } = timers;
    let at = heap.length;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = heap[(at - 1) >> 1];
      if (!timers.isBefore(entry, parent)) break;
      heap[at] = parent;
    }
    heap[at] = entry;
  },
  dequeue() {
    const { heap } = timers;
    const last = heap.pop();
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && timers.isBefore(heap[child + 1], heap[child])) child += 1;
      if (!timers.isBefore(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
  },

  /** The timer that is due first; immediates come before all. */
  first() {
    const { list, heap, immediates } = timers;
    while (immediates.length > 0) {
      if (list.has(immediates[0].number)) return immediates[0];
      immediates.shift();
    }
    for (; heap.length > 0; timers.dequeue()) {
      const { timer, number, mark } = heap[0];
      if (list.has(number) && timer.queued === mark) return timer;
    }
    return null;
  },

  /** Runs what is due: milliseconds to wait before the next turn, or -1 when no timer is left. */
  turn() {
    const timer = timers.first();
    if (!timer) return -1;
    const left = timer.isImmediate ? 0 : timer.due - host.monotonic();
    if (left > 0) return Math.max(left, 0.05);
    if (timer.isImmediate) timers.immediates.shift();
    else timers.dequeue();
    if (timer.repeats) {
      timer.due = host.monotonic() + timer.wait;
      timers.enqueue(timer);
    } else timers.list.delete(timer.number);
    timer.callback();
    return 0;
  },
};
