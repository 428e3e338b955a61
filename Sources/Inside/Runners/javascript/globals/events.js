// Event, EventTarget, AbortController, and Node's EventEmitter.
((services) => {
  "use strict";
  const add = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  class Event {
    #stopped = false;
    constructor(type, { cancelable = false, bubbles = false } = {}) {
      Object.assign(this, { type: `${type}`, cancelable, bubbles, defaultPrevented: false, target: null,
        currentTarget: null, timeStamp: performance.now() });
    }
    preventDefault() { if (this.cancelable) this.defaultPrevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() { this.#stopped = true; }
    static isStopped(event) { return #stopped in event && event.#stopped; }
  }
  const { isStopped } = Event;
  delete Event.isStopped;
  class CustomEvent extends Event {
    constructor(type, options = {}) {
      super(type, options);
      this.detail = options.detail ?? null;
    }
  }
  class EventTarget {
    #listeners = new Map();
    addEventListener(type, listener, options) {
      const list = this.#listeners.get(type) ?? [];
      if (!listener || list.some((one) => one.listener === listener)) return;
      this.#listeners.set(type,
        [...list, { listener, once: typeof options === "object" && options?.once === true }]);
    }
    removeEventListener(type, listener) {
      this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter((one) => one.listener !== listener));
    }
    dispatchEvent(event) {
      event.target = event.currentTarget = this;
      for (const { listener, once } of this.#listeners.get(event.type) ?? []) {
        if (once) this.removeEventListener(event.type, listener);
        if (typeof listener === "function") listener.call(this, event);
        else listener.handleEvent(event);
        if (isStopped(event)) break;
      }
      return !event.defaultPrevented;
    }
  }
  const makeSignal = Symbol("signal");
  class AbortSignal extends EventTarget {
    #aborted = false; #reason = undefined;
    onabort = null;
    constructor(key) {
      super();
      if (key !== makeSignal) throw new TypeError("Illegal constructor");
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
    static end(signal, reason) {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason ?? new DOMException("This operation was aborted", "AbortError");
      const event = new Event("abort");
      if (typeof signal.onabort === "function") signal.onabort(event);
      signal.dispatchEvent(event);
    }
    static abort(reason) {
      const signal = new AbortSignal(makeSignal);
      end(signal, reason);
      return signal;
    }
    static timeout(delay) {
      const signal = new AbortSignal(makeSignal);
      setTimeout(() => end(signal,
        new DOMException("The operation was aborted due to timeout", "TimeoutError")), delay);
      return signal;
    }
    static any(signals) {
      const signal = new AbortSignal(makeSignal);
      for (const one of signals) {
        if (one.aborted) end(signal, one.reason);
        else one.addEventListener("abort", () => end(signal, one.reason));
      }
      return signal;
    }
  }
  const { end } = AbortSignal;
  delete AbortSignal.end;
  class AbortController {
    #signal = new AbortSignal(makeSignal);
    get signal() { return this.#signal; }
    abort(reason) { end(this.#signal, reason); }
  }
  for (const one of [Event, CustomEvent, EventTarget, AbortSignal, AbortController]) add(one.name, one);

  class EventEmitter {
    #listeners(event) {
      this._events ??= new Map();
      if (!this._events.has(event)) this._events.set(event, []);
      return this._events.get(event);
    }
    on(event, listener) { this.#listeners(event).push({ listener }); return this; }
    addListener(event, listener) { return this.on(event, listener); }
    prependListener(event, listener) { this.#listeners(event).unshift({ listener }); return this; }
    once(event, listener) { this.#listeners(event).push({ listener, once: true }); return this; }
    off(event, listener) {
      const list = this.#listeners(event);
      const index = list.findLastIndex((one) => one.listener === listener);
      if (index !== -1) list.splice(index, 1);
      return this;
    }
    removeListener(event, listener) { return this.off(event, listener); }
    removeAllListeners(event) {
      if (event === undefined) this._events = new Map();
      else this._events?.delete(event);
      return this;
    }
    emit(event, ...values) {
      const list = [...this.#listeners(event)];
      if (list.length === 0 && event === "error") throw values[0] instanceof Error ? values[0]
        : new Error(`Unhandled error. (${values[0]})`);
      for (const { listener, once } of list) {
        if (once) this.off(event, listener);
        listener.apply(this, values);
      }
      return list.length > 0;
    }
    listenerCount(event) { return this.#listeners(event).length; }
    listeners(event) { return this.#listeners(event).map((one) => one.listener); }
    eventNames() {
      return [...(this._events ?? new Map())].filter(([, list]) => list.length) .map(([name]) => name);
    }
    setMaxListeners() { return this; }
    getMaxListeners() { return 10; }
    static once(emitter, event) {
      return new Promise((fulfil, reject) => {
        emitter.once(event, (...values) => fulfil(values));
        if (event !== "error") emitter.once("error", reject);
      });
    }
  }
  EventEmitter.EventEmitter = EventEmitter;
  EventEmitter.defaultMaxListeners = 10;
  services.builtins.set("events", () => EventEmitter);
})
