// What is not of the language, but that every script expects.
function check(holds, what) {
  if (!holds) throw new Error(what);
}

async function main() {
  check(Buffer.from("ü").toString("base64") === "w7w=" && Buffer.from("w7w=", "base64").toString() === "ü", "Buffer");
  check(Buffer.concat([Buffer.from("a"), Buffer.from([98])]).toString("hex") === "6162", "Buffer.concat");
  check(Buffer.byteLength("€") === 3 && Buffer.isBuffer(Buffer.alloc(3)), "Buffer.alloc");
  check(atob(btoa("abc")) === "abc", "atob");
  check(new TextDecoder().decode(new TextEncoder().encode("世界🌍")) === "世界🌍", "TextEncoder");
  const url = new URL("../c?x=1&x=2#f", "https://user@example.com:8443/a/b");
  check(url.href === "https://user@example.com:8443/c?x=1&x=2#f", "URL " + url.href);
  check(url.searchParams.getAll("x").join() === "1,2" && url.host === "example.com:8443", "searchParams");
  check(new URLSearchParams({a: "ü b"}).toString() === "a=%C3%BC+b", "URLSearchParams");
  check(/^[0-9a-f-]{36}$/.test(crypto.randomUUID()), "randomUUID");
  check(crypto.getRandomValues(new Uint8Array(16)).some(n => n !== 0), "getRandomValues");
  console.log("log", {a: [1, {b: 2}]}, new Map([[1, 2]]), new Error("shown").message);
  console.error("error", 1);
  console.warn("warn");
  console.table && console.table([{a: 1}]);
  const started = Date.now();
  await new Promise(resolve => setTimeout(resolve, 20));
  check(Date.now() - started >= 19, "setTimeout");
  let ticks = 0;
  await new Promise(resolve => {
    const timer = setInterval(() => { if (++ticks === 3) { clearInterval(timer); resolve(); } }, 1);
  });
  const never = setTimeout(() => { throw new Error("was cleared"); }, 5);
  clearTimeout(never);
  await new Promise(resolve => setTimeout(resolve, 10));
  const order = [];
  setTimeout(() => order.push("timer"), 0);
  queueMicrotask(() => order.push("microtask"));
  Promise.resolve().then(() => order.push("promise"));
  await new Promise(resolve => setTimeout(resolve, 5));
  check(order.join() === "microtask,promise,timer", "order " + order);
  const settled = await Promise.allSettled([Promise.reject(new Error("r")), 1, Promise.any([Promise.reject(), 2])]);
  check(settled.map(each => each.status).join() === "rejected,fulfilled,fulfilled", "allSettled");
  check(await Promise.race([new Promise(r => setTimeout(r, 50, "slow")), "fast"]) === "fast", "race");
  async function* items() { yield 1; await null; yield 2; }
  const seen = [];
  for await (const item of items()) seen.push(item);
  check(seen.join() === "1,2", "async iteration");
  return "ok";
}
